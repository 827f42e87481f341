package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code rtrs stat} and {@code rtrs path} on processes that have RTRS, and on those that have not. */
@EnabledOnOs(OS.LINUX)
class StatTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aServerAndItsClientAreSeenAndSteered() throws Exception {
        String address = TwoProcessesTest.loopback();
        String second = "ip:" + TwoProcessesTest.loopback() + "@ip:" + address;
        try (Program server =
                Program.start(folder, "serve", "--listen", address, "--memory=2M", "--provider=softroce")) {
            server.awaitLine("listening on");
            try (Program io = Program.start(
                    folder, "io", "--provider=softroce", "--connect=ip:" + address, "--rw=randrw", "--runtime=10m")) {
                io.awaitLine("randrw: ");
                String client = Long.toString(io.pid());
                String serving = Long.toString(server.pid());

                Run add = Run.of("path", "add", second, "--pid", client);
                assertThat(add.exit()).as(add.err()).isZero();
                assertThat(add.out()).isEqualTo("path " + second + " is up" + System.lineSeparator());
                io.awaitLine("path " + second + " was added");

                Run stat = Run.of("stat", client);
                assertThat(stat.exit()).as(stat.err()).isZero();
                assertThat(stat.out())
                        .contains("session \"rtrs-io-", "2 of 2 paths up", "PATH", "connected", "softroce");

                Run json = Run.of("stat", client, "--json");
                assertThat(json.out())
                        .startsWith("{\"pid\":" + client + ",\"client_sessions\":[{\"name\":\"rtrs-io-")
                        .contains("\"name\":\"" + second + "\"", "\"rdma\":\"", "\"providers\":[{\"name\":\"softroce\"")
                        .contains("\"servers\":[]");
                assertThat(Run.of("stat", serving, "--json").out())
                        .contains("\"client_sessions\":[]", "\"servers\":[{\"listen\":\"ip:" + address + " port 1234\"")
                        .contains("\"server_paths\":[{");

                Run twice = Run.of("path", "add", second, "--pid", client);
                assertThat(twice.exit()).isEqualTo(1);
                assertThat(twice.err()).contains("exists already").contains("EEXIST");

                assertThat(Run.of("path", "disconnect", second, "--pid", client).exit())
                        .isZero();
                io.awaitLine("path " + second + " is down");
                assertThat(Run.of("path", "reconnect", second, "--pid", client).exit())
                        .isZero();
                io.awaitLine("path " + second + " is back");
                Run ofServer = Run.of("path", "disconnect", second, "--pid", serving);
                assertThat(ofServer.exit()).as(ofServer.err()).isZero();
                io.awaitLine("path " + second + " is down");
                io.awaitLine("path " + second + " is back");
                Run remove = Run.of("path", "remove", second, "--pid", client, "--json");
                assertThat(remove.out()).contains("\"path\":\"" + second + "\",\"done\":\"removed\"}");
                io.awaitLine("path " + second + " was removed");

                Run unknown = Run.of("path", "reconnect", second, "--pid", client);
                assertThat(unknown.exit()).isEqualTo(1);
                assertThat(unknown.err()).contains("there is no path " + second + "; there are ip:");
                assertThat(Run.of("stat", "--pid", client).exit()).isZero();
                assertThat(Run.of("path", "add", second, client).exit()).isZero();
                assertThat(Run.of("path", "remove", second, client).exit()).isZero();
                Run nope = Run.of("path", "remove", "ip:" + address, "--pid", client, "--session", "nope");
                assertThat(nope.err()).contains("there is no session nope", "there are rtrs-io-");
                Run noSession = Run.of("path", "add", second, "--pid", serving);
                assertThat(noSession.err()).contains("process " + serving + " has no client session");

                io.interrupt();
                assertThat(io.exit()).as(io::errors).isNotZero();
            }
        }
    }

    @Test
    void aLoadWhoseOnlyPathSomebodyDisconnectsSaysSo() throws Exception {
        String address = TwoProcessesTest.loopback();
        try (Program server =
                Program.start(folder, "serve", "--listen", address, "--memory=2M", "--provider=softroce")) {
            server.awaitLine("listening on");
            try (Program io = Program.start(
                    folder, "io", "--provider=softroce", "--connect=ip:" + address, "--rw=randrw", "--runtime=10m")) {
                io.awaitLine("randrw: ");
                Run run = Run.of("path", "disconnect", "ip:" + address, "--pid", Long.toString(io.pid()));
                assertThat(run.exit()).as(run.err()).isZero();
                assertThat(io.exit()).isEqualTo(1);
                assertThat(io.lines()).anyMatch(line -> line.endsWith(" is down: it was disconnected"));
                assertThat(io.errors()).contains(" errors; the first: ").containsPattern("path ip:.* was disconnected");
            }
        }
    }

    @Test
    void aPipeHasNoWidthAndNothingIsCutOff() throws Exception {
        String first = "ip:" + TwoProcessesTest.loopback();
        try (Program server =
                Program.start(folder, "serve", "--listen", first.substring(3), "--memory=2M", "--provider=softroce")) {
            server.awaitLine("listening on");
            try (Program io = Program.start(
                    folder, "io", "--provider=softroce", "--connect=" + first, "--rw=randrw", "--runtime=10m")) {
                io.awaitLine("randrw: ");
                try (Program stat = Program.start(folder, "stat", Long.toString(io.pid()))) {
                    assertThat(stat.exit()).as(stat::errors).isZero();
                    assertThat(stat.lines()).anyMatch(line -> line.endsWith("LAST ERROR"));
                }
            }
        }
    }

    @Test
    void aProcessIsWatchedUntilItEnds() throws Exception {
        String address = TwoProcessesTest.loopback();
        try (Program server =
                Program.start(folder, "serve", "--listen", address, "--memory=2M", "--provider=softroce")) {
            server.awaitLine("listening on");
            try (Program watch =
                    Program.start(folder, "stat", Long.toString(server.pid()), "--watch", "--interval=100ms")) {
                watch.awaitLine("server on ip:" + address);
                watch.awaitLine("server on ip:" + address);
                server.interrupt();
                assertThat(watch.exit()).isEqualTo(1);
                assertThat(watch.errors()).contains("process " + server.pid());
            }
        }
    }

    @Test
    void aProcessWithoutJavaIsLeftInPeace() throws Exception {
        Process sleep = new ProcessBuilder("sleep", "600").start();
        try {
            Run run = Run.of("stat", Long.toString(sleep.pid()));
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err()).contains("process " + sleep.pid()).contains("is no Java program");
            assertThat(sleep.isAlive()).isTrue();
        } finally {
            sleep.destroyForcibly();
        }
    }

    @Test
    void aProcessThatHasEndedIsNotThere() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Run run = Run.of("stat", Long.toString(ended.pid()));
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).startsWith("rtrs stat: there is no process " + ended.pid());
    }

    @Test
    void javaWithoutRtrsIsToldSo() throws Exception {
        Process idle = idle();
        try {
            assertThat(idle.inputReader().readLine()).isEqualTo("idle");
            Run run = Run.of("stat", Long.toString(idle.pid()));
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err()).contains("process " + idle.pid() + " has no RTRS session and no server now");
        } finally {
            idle.destroyForcibly();
        }
    }

    @Test
    void aProcessThatForbidsItSaysSo() throws Exception {
        Process idle = idle("-XX:+DisableAttachMechanism");
        try {
            assertThat(idle.inputReader().readLine()).isEqualTo("idle");
            Run run = Run.of("stat", Long.toString(idle.pid()));
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err())
                    .contains("process " + idle.pid() + " does not let itself be attached to")
                    .contains("-XX:+DisableAttachMechanism");
            assertThat(idle.isAlive()).isTrue();
        } finally {
            idle.destroyForcibly();
        }
    }

    private static Process idle(String... options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Idle.class.getName()));
        return new ProcessBuilder(command).start();
    }

    /** A program that has nothing to do with RTRS. */
    static final class Idle {
        private Idle() {}

        /** Waits for the end of its input. */
        public static void main(String[] args) throws IOException {
            System.out.println("idle");
            System.out.flush();
            System.in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "rtrs", "99999999999999999999"})
    void whatIsNoProcessIdIsAWrongArgument(String pid) {
        Run run = Run.of("stat", pid);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains(pid);
    }

    @Test
    void otherWrongArgumentsAreNamed() {
        assertThat(Run.of("path").exit()).isEqualTo(2);
        assertThat(Run.of("path").err()).contains("which command? add, remove, disconnect, reconnect");
        assertThat(Run.of("path", "add", "--pid", "1").exit()).isEqualTo(2);
        assertThat(Run.of("stat", "1", "--pid", "2").err()).contains("'--pid': '2' is another process");
        assertThat(Run.of("path", "add", "ip:127.0.0.1", "1", "--pid", "2").err())
                .contains("'--pid': '2' is another process");
        assertThat(Run.of("stat", "1", "--interval", "1ms").err()).contains("is less than 100ms");
    }
}
