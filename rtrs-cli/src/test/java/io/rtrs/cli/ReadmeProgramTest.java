package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program in README.md, as somebody copies it and starts it: Java's launcher compiles it. */
@EnabledOnOs(OS.LINUX) // where all of 127.0.0.0/8 is loopback
class ReadmeProgramTest {
    private static final Path README = Path.of("..", "README.md");

    @TempDir
    private Path folder = Path.of("");

    /** What stands in the only block of Java. */
    private static String program(String readme) {
        Matcher block = Pattern.compile("^```java\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(readme);
        assertThat(block.find()).as("a block of Java").isTrue();
        String program = block.group(1);
        assertThat(block.find()).as("another block of Java").isFalse();
        return program;
    }

    @Test
    void theProgramIsCompleteAndPrintsWhatTheTextSays() throws Exception {
        String readme = Files.readString(README);
        String command = "java --enable-native-access=ALL-UNNAMED -cp rtrs-cli/target/rtrs.jar Example.java";
        assertThat(readme).contains(command, "it prints\n`read back: 7`");
        String program = program(readme);
        assertThat(program).contains("\"127.0.0.1\"", "\"ip:127.0.0.1\"");
        // An address of our own, so that others on this machine do not matter.
        Files.writeString(folder.resolve("Example.java"), program.replace("127.0.0.1", TwoProcessesTest.loopback()));

        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "Example.java"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(output.toFile()))
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(output, StandardCharsets.UTF_8)).contains("read back: 7");
        assertThat(process.exitValue()).isZero();
    }
}
