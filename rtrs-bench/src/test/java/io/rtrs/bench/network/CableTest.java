package io.rtrs.bench.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Namespaces of a benchmark are its own, and go. */
class CableTest {
    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void bothEndsHaveTheMtuAndAreGoneAfterwards() throws Exception {
        assumeTrue(Cable.obstacle().isEmpty(), Cable.obstacle());
        Place place = Place.LOOPBACK;
        try (Cable cable = Cable.lay(1500, 0)) {
            place = cable.place();
            assertThat(place.isLoopback()).isFalse();
            for (String name : List.of(place.clientNamespace(), place.serverNamespace())) {
                assertThat(run(Place.in(name, List.of("ip", "link", "show", "dev", "veth0"))))
                        .contains("mtu 1500");
            }
            assertThat(run(Place.in(place.serverNamespace(), List.of("ip", "addr", "show", "dev", "veth0"))))
                    .contains(place.server());
        } catch (IOException e) {
            assumeTrue(false, "this machine makes no network namespaces: " + e.getMessage());
        }
        for (String name : List.of(place.clientNamespace(), place.serverNamespace())) {
            assertThat(Files.exists(Path.of("/run/netns", name))).isFalse();
        }
    }

    @Test
    void onlyNamespacesOfProcessesThatAreGoneAreLeftovers() {
        assertThat(Cable.isLeftover("rtrs-bench-4711-1500c", pid -> false)).isTrue();
        assertThat(Cable.isLeftover("rtrs-bench-4711-1500c", pid -> pid == 4711))
                .isFalse();
        assertThat(Cable.isLeftover("rtrs-bench-x", pid -> false)).isFalse();
        assertThat(Cable.isLeftover("blue", pid -> false)).isFalse();
    }

    @Test
    void anMtuThatNoCableHasIsNamed() {
        assertThat(Cable.parseMtu("9000")).isEqualTo(9000);
        for (String wrong : new String[] {"0", "575", "65536", "jumbo", ""}) {
            assertThatThrownBy(() -> Cable.parseMtu(wrong))
                    .hasMessage("'" + wrong + "': an MTU of 576 to 65535 bytes is possible");
        }
    }

    @Test
    void aLossThatNoCableHasIsNamed() {
        assertThat(Cable.parsePercent("0.5")).isEqualTo(0.5);
        for (String wrong : new String[] {"-1", "51", "", "1e1", "ten"}) {
            assertThatThrownBy(() -> Cable.parsePercent(wrong))
                    .hasMessage("'" + wrong + "': 0 to 50 percent are possible");
        }
    }
}
