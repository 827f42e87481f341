package io.rtrs.soft;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.verbs.VerbsProvider;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/** Runs a JVM that denies native access: what cannot work says so, before anything is begun. */
class NativeAccessTest {
    @Test
    void aProviderThatMayNotTouchMemoryIsUnavailableAndSaysWhatHelps() throws Exception {
        List<String> said = say("--illegal-native-access=deny");

        assertThat(said)
                .anyMatch(line -> line.startsWith("softroce: "))
                .anyMatch(line -> line.startsWith("inprocess: "));
        assertThat(said).allMatch(line -> line.contains("--enable-native-access=io.rtrs.verbs (ALL-UNNAMED"));
    }

    @Test
    void andIsAvailableWithIt() throws Exception {
        assertThat(say("--illegal-native-access=deny", "--enable-native-access=ALL-UNNAMED"))
                .contains("softroce: available", "inprocess: available");
    }

    private static List<String> say(String... options) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Says.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor()).as("%s", lines).isZero();
        return lines.stream()
                .filter(line -> line.contains(": "))
                .filter(line -> !line.startsWith("WARNING") && !line.startsWith("Picked up ")) // JAVA_TOOL_OPTIONS
                .toList();
    }

    /** The program: what each provider says. */
    static final class Says {
        public static void main(String[] args) {
            for (VerbsProvider provider : ServiceLoader.load(VerbsProvider.class)) {
                System.out.println(
                        provider.name() + ": " + provider.unavailable().orElse("available"));
            }
        }
    }
}
