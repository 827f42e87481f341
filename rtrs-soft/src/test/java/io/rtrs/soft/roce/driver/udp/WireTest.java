package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What leaves the machine, seen by a packet socket in a user and network namespace, which takes no privilege. */
class WireTest {
    private static final String NAMESPACE =
            "ip link set lo up mtu 1500 && ip link set lo gso_max_segs 1 && exec \"$@\"";

    @Test
    void packetsLeaveUnfragmentableAndCountedFromZeroInEachCall(@TempDir Path folder) throws Exception {
        assumeTrue(succeeds(folder, "true"), "no user and network namespaces, or no ip(8), here");

        boolean done = succeeds(
                folder,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                WireProbe.class.getName());

        List<String> lines = Files.readAllLines(folder.resolve("output"));
        assertThat(done).as("%s", lines).isTrue();
        // spec/rocev2.md 18.1, 18.6, 18.7: cut on egress, each with the identification that it was sealed with
        assertThat(lines)
                .contains(Stream.of(0, 1, 2, 3, 4)
                        .map(i ->
                                "linux id=" + i + " flags=4000 to=4791 length=" + (i < 4 ? 1040 : 40) + " sealed=true")
                        .toArray(String[]::new))
                .filteredOn(line -> line.startsWith("nio id"))
                .hasSize(5)
                .allMatch(line -> line.startsWith("nio id=0 flags=4000 to=4791") && line.endsWith("sealed=true"));
        assertThat(lines)
                .contains(
                        "linux too long: pathMtu=1024 refused=1 errno=90",
                        "nio too long: pathMtu=1024 refused=1 errno=90");
    }

    private static boolean succeeds(Path folder, String... command) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of("unshare", "-rn", "sh", "-c", NAMESPACE, "sh"));
        all.addAll(List.of(command));
        try {
            return new ProcessBuilder(all)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("output").toFile())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // there is no unshare(1)
        }
    }
}
