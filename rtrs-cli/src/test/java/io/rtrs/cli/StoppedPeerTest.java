package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A peer that lives and is silent, as during a long collection or a live migration. */
@EnabledOnOs(OS.LINUX) // where all of 127.0.0.0/8 is loopback
class StoppedPeerTest {
    private static final int SHORT_SECONDS = 10;
    private static final Pattern LONGEST_US = Pattern.compile("max=(\\d+)");
    private static final String SILENT =
            "the server has been silent since \\d\\d:\\d\\d(:\\d\\d)?, for (\\d+) s: heartbeats missed";

    enum Stopped {
        SERVER,
        CLIENT
    }

    @TempDir
    private Path folder = Path.of("");

    private final String address = TwoProcessesTest.loopback();

    @SuppressWarnings("NullAway.Init") // before each test
    private Program server;

    @BeforeEach
    void startServer() throws IOException {
        server = Program.start(
                folder, "serve", "--listen=" + address, "--memory=2M", "--provider=softroce", "--queue-depth=64");
        server.awaitLine("listening on");
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void aLoadThatIsInterruptedWhileItConnectsSaysSoAndEndsSoon() throws Exception {
        server.stopsDead();
        String log = "-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider";
        try (Program io = Program.startWith(log, folder, arguments("--runtime=1h"))) {
            io.awaitErrors("no answer yet");
            long startNs = System.nanoTime();
            io.interrupt();
            assertThat(io.exit()).isNotZero();
            assertThat(System.nanoTime() - startNs).isLessThan(TimeUnit.MILLISECONDS.toNanos(2900));
            assertThat(io.errors()).containsOnlyOnce("rtrs io: interrupted").doesNotContain("ETIMEDOUT");
            assertThat(io.lines()).isEmpty();
        } finally {
            server.goesOn();
        }
    }

    private String[] arguments(String... bounds) {
        String[] all = new String[bounds.length + 6];
        all[0] = "io";
        all[1] = "--provider=softroce";
        all[2] = "--connect=ip:" + address;
        all[3] = "--rw=randwrite";
        all[4] = "--verify";
        all[5] = "--qd=32";
        System.arraycopy(bounds, 0, all, 6, bounds.length);
        return all;
    }

    /** Under load, which a bar shows. */
    private Program io(String... bounds) throws IOException {
        Program io = Program.startOnTerminal(folder, arguments(bounds));
        io.awaitErrors("randwrite .* % {2}[1-9].*/s");
        return io;
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatIsSilentForTenSecondsLosesNothing(Stopped who) throws Exception {
        try (Program io = io("--runtime=" + (SHORT_SECONDS + 3) + "s")) {
            Program stopped = who == Stopped.SERVER ? server : io;
            stopped.stopsDead();
            TimeUnit.SECONDS.sleep(SHORT_SECONDS); // of silence, which is what this is about
            stopped.goesOn();
            assertThat(io.exit()).as(io::errors).isZero();
            assertThat(io.lines()).anyMatch(line -> line.startsWith("verified: "));
            Matcher longest = LONGEST_US.matcher(String.join("\n", io.lines()));
            assertThat(longest.find()).isTrue();
            assertThat(Long.parseLong(longest.group(1)))
                    .as("the longest request, in us")
                    .isGreaterThan(TimeUnit.SECONDS.toMicros(SHORT_SECONDS - 1));
        }
        server.awaitLine("\" is gone");
    }

    @Test
    void aPeerThatStaysSilentIsNamedWithTheTimeSinceWhenAndForHowLong() throws Exception {
        try (Program io = io("--runtime=10m")) {
            server.stopsDead();
            assertThat(io.exit()).isEqualTo(1);
            Matcher said = Pattern.compile("rtrs io: path \\S+: " + SILENT).matcher(io.errors());
            assertThat(said.find()).as(io::errors).isTrue();
            assertThat(Integer.parseInt(said.group(2))).isBetween(20, 60); // heartbeats: 5 s each, 5 missed
        }
        server.goesOn();
        try (Program next = Program.start(folder, arguments("--size=1M"))) {
            assertThat(next.exit()).as(next::errors).isZero();
        }
    }
}
