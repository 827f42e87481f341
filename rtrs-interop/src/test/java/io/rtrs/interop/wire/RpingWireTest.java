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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code rping} of Debian's rdmacm-utils on the kernel's device speaks with software RoCE. */
@Tag("vm")
@ExtendWith(KeepPackets.class)
class RpingWireTest {
    private static final int PORT = 7174;
    private static final int ROUNDS = 5;

    private static Ends ends;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        ends = new Ends();
        Wire.trouble(Trouble.NONE);
    }

    @AfterAll
    static void stop() throws Exception {
        ends.end();
    }

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"IPV4,64", "IPV4,65535", "IPV6,5000"})
    void rpingAsClientGetsItsTextsBack(Family family, int size) throws Exception {
        ends.beyond.run("rping-listen", family.beyond, PORT);
        CompletableFuture<String> served = ends.beyond.start("rping-serve", ROUNDS);
        String printed = Shell.run(rping("-c", family.beyond.getHostAddress(), size));
        ends.beyond.join(served);
        ends.beyond.run("rping-unlisten");
        assertThat(printed).contains("rdma-ping-" + (ROUNDS - 1));
    }

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"IPV4,64", "IPV4,65535", "IPV6,5000"})
    void rpingAsServerAnswersOurTexts(Family family, int size) throws Exception {
        Path output = folder.resolve("rping");
        Process server = new ProcessBuilder(rping("-s", family.here.getHostAddress(), size))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Wire.awaitListener(PORT);
            ends.beyond.run("rping", family.beyond, family.here, PORT, ROUNDS, size);
            assertThat(server.waitFor(1, TimeUnit.MINUTES)).as("rping ended").isTrue();
        } finally {
            server.destroyForcibly();
        }
        String printed = Files.readString(output);
        assertThat(server.exitValue()).as(printed).isZero();
        assertThat(printed).contains("rdma-ping-" + (ROUNDS - 1));
    }

    private static List<String> command(String side, String address, int size) {
        return new ArrayList<>(List.of(
                "rping",
                side,
                "-a",
                address,
                "-p",
                Integer.toString(PORT),
                "-C",
                Integer.toString(ROUNDS),
                "-S",
                Integer.toString(size),
                "-v",
                "-V"));
    }

    private static String[] rping(String side, String address, int size) {
        return command(side, address, size).toArray(String[]::new);
    }
}
