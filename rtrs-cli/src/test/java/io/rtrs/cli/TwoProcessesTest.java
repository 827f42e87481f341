package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;

/** {@code serve} and {@code io} as two processes over software RoCE on loopback. */
@EnabledOnOs(OS.LINUX) // where all of 127.0.0.0/8 is loopback
class TwoProcessesTest {
    @TempDir
    private Path folder = Path.of("");

    /** An address of our own, so that others on this machine do not matter. */
    private final String address = loopback();

    @SuppressWarnings("NullAway.Init") // before each test
    private Program server;

    static String loopback() {
        return new Random().ints(3, 1, 255).mapToObj(Integer::toString).collect(Collectors.joining(".", "127.", ""));
    }

    @BeforeEach
    void startServer() throws IOException {
        server = Program.start(
                folder,
                "serve",
                "--listen",
                address,
                "--memory",
                "2M",
                "--queue-depth",
                "64",
                "--provider",
                "softroce");
        assertThat(server.awaitLine("listening on"))
                .contains(address + " port 1234")
                .contains("2.00 MiB of memory")
                .contains("queue depth 64")
                .contains("provider softroce");
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private Program io(String... arguments) throws IOException {
        return Program.start(folder, ioArguments(arguments));
    }

    private String[] ioArguments(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "io";
        all[1] = "--provider=softroce";
        all[2] = "--connect=ip:" + address;
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"write", "read", "randwrite", "randread", "randrw"})
    void everyPatternIsVerified(String rw) throws Exception {
        try (Program io = io("--rw=" + rw, "--bs=8K", "--qd=8", "--jobs=2", "--size=3M", "--verify", "--json")) {
            assertThat(io.exit()).as(io::errors).isZero();
            assertThat(io.lines()).hasSize(1);
            assertThat(io.lines().getFirst())
                    .startsWith("{\"verified\":true,\"errors\":0,\"ops\":384,\"bytes\":3145728,")
                    .contains("\"provider\":\"softroce\",\"rw\":\"" + rw
                            + "\",\"bs\":8192,\"qd\":8,\"counters\":{\"packets_sent\":")
                    .contains("\"round_trip_least_us\":")
                    .endsWith("}}");
        }
    }

    @Test
    void severalClientsAreServedAtOnce() throws Exception {
        try (Program first = io("--rw=write", "--runtime=10m");
                Program second = io("--rw=read", "--size=1M")) {
            first.awaitLine("write: bs=4K");
            assertThat(second.exit()).as(second::errors).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"round-robin", "min-inflight", "min-latency"})
    void severalPathsAreOneSessionWithEveryPolicy(String policy) throws Exception {
        String second = "--connect=ip:" + loopback() + "@ip:" + address;
        try (Program io = io(second, "--policy=" + policy, "--rw=randwrite", "--bs=8K", "--size=1M", "--verify")) {
            assertThat(io.exit()).as(io::errors).isZero();
            assertThat(io.lines()).anyMatch(line -> line.startsWith("verified: "));
        }
        server.awaitLine("\" is gone");
        assertThat(server.lines().stream().filter(line -> line.startsWith("session")))
                .as("one session")
                .hasSize(2);
    }

    @Test
    void aClientComesAndGoesAndTheServerSaysAtItsEndWhatItServed() throws Exception {
        try (Program io = io("--rw=randrw", "--mix=25", "--bs=4K", "--runtime=3s")) {
            assertThat(io.exit()).as(io::errors).isZero();
            assertThat(io.lines()).anyMatch(line -> line.startsWith("  read: IOPS="));
            assertThat(io.lines()).anyMatch(line -> line.startsWith("  write: IOPS="));
            assertThat(io.lines()).noneMatch(line -> line.contains("verified"));
        }
        server.awaitLine("session \"rtrs-io-");
        server.awaitLine("\" is gone");
        server.interrupt();
        assertThat(server.exit()).isZero();
        assertThat(server.lines().getLast())
                .matches("served \\d+ reads \\(.*\\), \\d+ writes \\(.*\\), refused 0, connections refused 0");
    }

    @Test
    void withJsonTheServerPrintsOneObjectAtItsEndAndTheRestOnStandardError() throws Exception {
        server.interrupt();
        assertThat(server.exit()).isZero();
        try (Program other =
                Program.start(folder, "serve", "--listen", address, "--memory=2M", "--provider=softroce", "--json")) {
            other.awaitErrors("listening on " + address + " port 1234");
            try (Program io = io("--rw=write", "--bs=8K", "--size=1M")) {
                assertThat(io.exit()).as(io::errors).isZero();
            }
            other.awaitErrors("\" is gone");
            other.interrupt();
            assertThat(other.exit()).isZero();
            assertThat(other.lines())
                    .containsExactly(
                            "{\"sessions\":1,\"reads\":0,\"read_bytes\":0,\"writes\":128,"
                                    + "\"write_bytes\":1048576,\"refused\":0,\"refused_connections\":{},\"provider\":\"softroce\"}");
        }
    }

    @Test
    void anInterruptedLoadClosesInOrderAndPrintsWhatItDid() throws Exception {
        Path page = folder.resolve("interrupted.html");
        String[] load = ioArguments("--rw=write", "--bs=4K", "--qd=4", "--runtime=1h", "--report=" + page);
        try (Program io = Program.startOnTerminal(folder, load)) {
            io.awaitLine("write: bs=4K");
            io.awaitErrors("write .* % {2}[1-9].*/s"); // the bar: something was written
            io.interrupt();
            assertThat(io.exit()).isNotZero();
            assertThat(io.errors()).contains("rtrs io: interrupted");
            assertThat(io.lines()).anyMatch(line -> line.startsWith("  write: IOPS="));
            assertThat(page).content().contains("\"outcome\":\"Interrupted.\"").contains("\"intervals\":[[0,");
        }
        server.awaitLine("\" is gone");
    }

    @Test
    void aServerOfSeveralAddressesHasAPathToEach() throws Exception {
        server.interrupt();
        assertThat(server.exit()).isZero();
        String another = loopback();
        try (Program two = Program.start(
                        folder,
                        "serve",
                        "--listen",
                        address,
                        "--listen",
                        another,
                        "--memory=2M",
                        "--provider=softroce");
                Program io = listening(two, address + " port 1234, " + another + " port 1234")) {
            assertThat(io.exit()).as(io::errors).isZero();
            assertThat(io.lines()).anyMatch(line -> line.startsWith("verified: "));
        }
    }

    private Program listening(Program two, String where) throws IOException {
        assertThat(two.awaitLine("listening on")).contains(where);
        String another = where.substring(where.indexOf(", ") + 2).split(" ")[0];
        return io("--connect=ip:" + another, "--rw=randwrite", "--bs=8K", "--size=1M", "--verify");
    }

    @Test
    void whatTheServerDoesNotTakeIsAnArgumentThatCanBeLowered() throws Exception {
        try (Program io = io("--rw=write", "--bs=1M", "--size=1M")) {
            assertThat(io.exit()).isEqualTo(2);
            assertThat(io.errors()).contains("'--bs': '1M'").contains("raise rtrs serve --max-io");
        }
        try (Program io = io("--rw=write", "--qd=32", "--jobs=3", "--size=1M")) {
            assertThat(io.exit()).isEqualTo(2);
            assertThat(io.errors()).contains("'--jobs': '3'").contains("lower --jobs to 2 or --qd to 21");
        }
    }
}
