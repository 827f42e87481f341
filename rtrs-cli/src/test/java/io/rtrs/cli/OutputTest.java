package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What happens when standard output cannot be written. */
class OutputTest {
    @TempDir
    private Path folder = Path.of("");

    /** Takes so many bytes and then none. */
    private static final class Full extends OutputStream {
        private final String why;
        private int room;

        Full(String why, int room) {
            this.why = why;
            this.room = room;
        }

        @Override
        public void write(int b) throws IOException {
            if (room-- <= 0) {
                throw new IOException(why);
            }
        }
    }

    private static Run run(String why, int room, String... arguments) {
        StringWriter err = new StringWriter();
        int exit = Rtrs.run(
                Rtrs.commandLine()
                        .setOut(StandardOutput.over(new Full(why, room), StandardCharsets.UTF_8))
                        .setErr(new PrintWriter(err, true)),
                arguments);
        return new Run(exit, "", err.toString());
    }

    private static final String DEMO = "demo --provider=inprocess --port=0 --size=64K --bs=4K";

    @ParameterizedTest
    @ValueSource(strings = {DEMO, DEMO + " --json", "doctor", "doctor --json", "--help", "--version", "io --help"})
    void outputThatCannotBeWrittenIsAFailureThatIsSaidOnStandardError(String line) {
        Run run = run("No space left on device", 0, line.split(" "));
        assertThat(run.err())
                .contains("standard output cannot be written: No space left on device")
                .hasLineCount(1);
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void theLastByteCountsToo() {
        int all = Run.of("doctor", "--help").out().length();
        assertThat(run("No space left on device", all, "doctor", "--help").exit())
                .isZero();
        assertThat(run("No space left on device", all - 1, "doctor", "--help").exit())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {DEMO, DEMO + " --json", "doctor", "doctor --json", "--help"})
    void aClosedPipeEndsTheProgramQuietlyAsItsSignalWould(String line) {
        Run run = run("Broken pipe", 20, line.split(" "));
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isEqualTo(141);
    }

    @Test
    void aWrongArgumentStaysOneWhereNothingCanBePrinted() {
        assertThat(run("No space left on device", 0, "frob").exit()).isEqualTo(2);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aServerThatCannotSayWhatItServedFailsThoughItWasEndedInOrder() throws Exception {
        try (Program server = Program.startOnto(
                Path.of("/dev/full"),
                folder,
                "serve",
                "--listen=127.31.7.5",
                "--memory=1M",
                "--provider=softroce",
                "--json")) {
            server.awaitErrors("listening on");
            server.interrupt();
            assertThat(server.exit()).isEqualTo(1);
            assertThat(server.errors()).contains("standard output cannot be written: No space left on device");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aServerThatCannotSayWhereItListensEnds() throws Exception {
        try (Program server = Program.startOnto(
                Path.of("/dev/full"), folder, "serve", "--listen=127.31.7.6", "--memory=1M", "--provider=softroce")) {
            assertThat(server.exit()).isEqualTo(1);
            assertThat(server.errors()).contains("standard output cannot be written: No space left on device");
        }
    }
}
