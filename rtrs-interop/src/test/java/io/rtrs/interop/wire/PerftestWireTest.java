package io.rtrs.interop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.interop.kernel.Shell;
import io.rtrs.interop.wire.Wire.Family;
import io.rtrs.interop.wire.Wire.Trouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Programs of Debian's perftest on the kernel's device measure with software RoCE at the other end. */
@Tag("vm")
@ExtendWith(KeepPackets.class)
class PerftestWireTest {
    private static final int PORT = 18515;
    private static final int ITERATIONS = 200;
    private static final int PAGE = 4096;

    /** Software RoCE repeats a request after 8 s: the wire loses nothing, but the emulated machine stands still for moments. */
    private static final String PATIENT = "-Dio.rtrs.verbs.softroce.ackTimeout=21";

    private static Ends ends;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        Wire.pathMtu(4096);
        ends = new Ends(PATIENT);
        Wire.trouble(Trouble.NONE);
    }

    @AfterAll
    static void stop() throws Exception {
        ends.end();
    }

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"SEND,65536", "WRITE,65536", "READ,65536", "SEND,1000"})
    void perftestAsClientMeasuresAllItsMessages(PerftestProgram program, int size) throws Exception {
        ends.beyond.run("perftest-listen", Family.IPV4.beyond, PORT);
        CompletableFuture<String> served = ends.beyond.start("perftest-serve", program, ITERATIONS, size);
        String printed;
        try {
            printed = Shell.run(command(program, size, Family.IPV4.beyond.getHostAddress()));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nwhile the server has " + outcome(served), e);
        }
        String counted = ends.beyond.join(served);
        ends.beyond.run("perftest-unlisten");
        assertThat(measured(printed)).as(printed).containsExactly(size, ITERATIONS);
        assertThat(Integer.parseInt(counted)).isEqualTo(seenByServer(program, size));
    }

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"SEND,65536", "WRITE,65536", "READ,65536", "SEND,1000"})
    void perftestAsServerCountsAllOurMessages(PerftestProgram program, int size) throws Exception {
        Path output = folder.resolve("perftest");
        Process server = new ProcessBuilder(command(program, size))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        String counted;
        try {
            Wire.awaitListener(PORT);
            counted =
                    ends.beyond.run("perftest", program, Family.IPV4.beyond, Family.IPV4.here, PORT, ITERATIONS, size);
            assertThat(server.waitFor(1, TimeUnit.MINUTES)).as("it ended").isTrue();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nwhile it printed\n" + Files.readString(output), e);
        } finally {
            server.destroyForcibly();
        }
        String printed = Files.readString(output);
        assertThat(server.exitValue()).as(printed).isZero();
        assertThat(measured(printed)).as(printed).containsExactly(size, ITERATIONS);
        assertThat(Integer.parseInt(counted)).isEqualTo(program == PerftestProgram.READ ? size / PAGE : 0);
    }

    /** Messages that a server receives, or pages of its memory that were written. */
    private static int seenByServer(PerftestProgram program, int size) {
        return switch (program) {
            case SEND -> ITERATIONS;
            case WRITE -> size / PAGE;
            case READ -> 0;
        };
    }

    /** Bytes and iterations of the line with the result. */
    private static List<Integer> measured(String printed) {
        return printed.lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length >= 5 && Arrays.stream(words).allMatch(w -> w.matches("[0-9.]+")))
                .map(words -> List.of(Integer.valueOf(words[0]), Integer.valueOf(words[1])))
                .findFirst()
                .orElse(List.of());
    }

    /** How a command of the other end went, which may still go on. */
    private static String outcome(CompletableFuture<String> command) {
        return command.handle((answer, failure) -> failure == null ? "answered " + answer : "failed: " + failure)
                .getNow("not ended");
    }

    /** The command of a server, or of a client of one. */
    private static String[] command(PerftestProgram program, int size, String... server) {
        List<String> words = new ArrayList<>(List.of(
                program.command,
                "-R", // connects with connection management
                "-F", // whatever the CPU's frequency does
                "-u", // repeats a request after 1 s, as the emulated machine stands still for moments
                "18",
                "-d",
                "rxe0",
                "-p",
                Integer.toString(PORT),
                "-n",
                Integer.toString(ITERATIONS),
                "-s",
                Integer.toString(size)));
        words.addAll(List.of(server));
        return words.toArray(String[]::new);
    }
}
