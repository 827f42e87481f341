package io.rtrs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A benchmark's script, with JDKs and Maven that only say how they were called. */
@EnabledOnOs(OS.LINUX)
class LaunchTest {
    @TempDir
    private Path folder = Path.of("");

    private record Ended(int exit, String out, String err) {}

    @BeforeEach
    void layOutTheProject() throws IOException {
        Files.createDirectories(folder.resolve("rtrs-bench"));
        for (String script : new String[] {"sessions", "launch", "jdk"}) {
            Files.copy(Path.of(script), folder.resolve("rtrs-bench").resolve(script));
        }
        Path shared = Files.createDirectories(folder.resolve("rtrs-interop/vm"));
        Files.copy(Path.of("../rtrs-interop/vm/jdk.sh"), shared.resolve("jdk.sh"));
        jdk("mine", 25);
        jdk("other", 26);
        jdk("old", 17);
        program("mvnw", "echo wrapper on $JAVA_HOME");
    }

    private void jdk(String name, int version) throws IOException {
        program(name + "/bin/java", "echo " + name + " \"$@\"");
        program(name + "/bin/javac", "exit 1");
        Files.writeString(folder.resolve(name).resolve("release"), "JAVA_VERSION=\"" + version + ".0.1\"\n");
    }

    private void program(String name, String script) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** With nothing on the path but what the script itself needs. */
    private Ended launch(Map<String, String> environment) throws IOException, InterruptedException {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String name : new String[] {"dirname", "readlink", "sed"}) {
            Path tool = tools.resolve(name);
            if (!Files.exists(tool)) {
                Files.createSymbolicLink(tool, Path.of("/usr/bin", name));
            }
        }
        ProcessBuilder builder = new ProcessBuilder(
                "/bin/bash", folder.resolve("rtrs-bench/sessions").toString(), "--rounds", "1");
        builder.environment().keySet().removeIf(name -> name.startsWith("JAVA") || name.startsWith("RTRS"));
        builder.environment().put("PATH", tools.toString());
        builder.environment().putAll(environment);
        builder.redirectOutput(folder.resolve("out").toFile());
        builder.redirectError(folder.resolve("err").toFile());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(
                process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }

    private String home(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void theJdkThatTheUserNamesRunsIt() throws Exception {
        Ended ended = launch(Map.of("JAVA_HOME", home("mine"), "JAVA25_HOME", home("other")));
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("\nmine ").contains("SessionsMain --rounds 1");
    }

    @Test
    void aNamedJdkThatIsTooOldIsNotTaken() throws Exception {
        Ended ended = launch(Map.of("JAVA_HOME", home("old"), "JAVA25_HOME", home("other")));
        assertThat(ended.out()).contains("\nother ");
    }

    @Test
    void withoutMavenItsWrapperBuildsOnThatJdk() throws Exception {
        Ended ended = launch(Map.of("JAVA_HOME", home("mine")));
        assertThat(ended.out()).startsWith("wrapper on " + home("mine"));
        assertThat(ended.exit()).isZero();
    }

    @Test
    void anInstalledMavenIsPreferred() throws Exception {
        program("tools/mvn", "echo maven \"$@\"");
        Ended ended = launch(Map.of("JAVA_HOME", home("mine")));
        assertThat(ended.out()).startsWith("maven ").contains("-pl rtrs-bench");
    }

    @Test
    void nothingIsBuiltForWhoSaysSo() throws Exception {
        Ended ended = launch(Map.of("JAVA_HOME", home("mine"), "RTRS_BENCH_SKIP_BUILD", "1"));
        assertThat(ended.out()).startsWith("mine ");
    }
}
