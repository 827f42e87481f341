package io.rtrs.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.management.BeanSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

class StatTextTest {
    private static final String PATH = "ip:10.9.0.1@ip:10.9.0.2";

    private static Bean session() {
        return new Bean(
                "ClientSession",
                BeanSet.name("ClientSession", "session", "blocks"),
                Map.of(
                        "name",
                        "blocks",
                        "provider",
                        "softroce",
                        "paths",
                        2L,
                        "paths_connected",
                        1L,
                        "in_flight",
                        32L,
                        "mpath_policy",
                        "round-robin (RR: 0)"));
    }

    private static Bean path(String name, String state, long reads, String error) {
        return new Bean(
                "ClientPath",
                BeanSet.name("ClientPath", "session", "blocks", "path", name),
                Map.of(
                        "name", name,
                        "path_state", state,
                        "reads", reads,
                        "read_bytes", reads * 4096,
                        "latency_ns", 120_000L,
                        "failovers", 7L,
                        "last_error", error));
    }

    private static List<Bean> look(long reads) {
        return List.of(
                session(),
                path(PATH, "CONNECTED", reads, ""),
                path("ip:10.9.0.3@ip:10.9.0.4", "RECONNECTING", 5, "nobody listens\033[2J"),
                new Bean(
                        "Server",
                        BeanSet.name("Server", "listen", "ip:0.0.0.0 port 1234"),
                        Map.of("listen", "ip:0.0.0.0 port 1234", "provider", "softroce", "sessions", 0L)),
                new Bean(
                        "Provider",
                        BeanSet.name("Provider", "provider", "softroce"),
                        Map.of("name", "softroce", "retransmissions", 3L, "timeouts", 0L)));
    }

    @Test
    void aLookShowsTotals() {
        List<String> lines = new StatText(look(100), null, 0).lines(300);
        assertThat(lines.getFirst())
                .isEqualTo("session \"blocks\", softroce, 1 of 2 paths up, 32 in flight, round-robin (RR: 0)");
        assertThat(lines.get(2)).startsWith(PATH).contains("connected", "120 us", " 100 ");
        assertThat(lines.get(2).replaceAll(" +", " ")).startsWith(PATH + " connected - - 120 us 0 7 0 0 100 0");
        assertThat(lines).contains("softroce counted retransmissions 3");
        assertThat(lines).anyMatch(line -> line.startsWith("server on ip:0.0.0.0 port 1234, softroce, 0 sessions"));
    }

    @Test
    void anEarlierLookMakesItBySecond() {
        List<String> lines = new StatText(look(300), look(100), 2).lines(300);
        assertThat(lines.get(2).replaceAll(" +", " ")).startsWith(PATH + " connected 100 400 KiB 120 us");
        assertThat(new StatText(look(0), look(100), 2).lines(300).get(2).replaceAll(" +", " "))
                .as("counters that were set back")
                .startsWith(PATH + " connected 0.0 0 B");
    }

    @Test
    void whatAPeerSaysDoesNotMoveTheCursor() {
        assertThat(new StatText(look(1), null, 0).lines(300))
                .anyMatch(line -> line.contains("nobody listens?[2J"))
                .noneMatch(line -> line.contains("\033"));
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 100, 200})
    void everyWidthIsKeptAndUsed(int width) {
        List<String> lines = new StatText(look(300), look(100), 1).lines(width);
        assertThat(lines).allMatch(line -> line.length() <= width);
        assertThat(lines).anyMatch(line -> line.contains("PATH") && line.contains("STATE"));
        assertThat(lines.stream().anyMatch(line -> line.contains("FAILOVERS"))).isEqualTo(width >= 100);
        assertThat(lines.stream().anyMatch(line -> line.contains("LAST ERROR"))).isEqualTo(width >= 200);
    }
}
