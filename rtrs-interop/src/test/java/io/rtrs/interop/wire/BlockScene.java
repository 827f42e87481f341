package io.rtrs.interop.wire;

import io.rtrs.interop.kernel.Shell;
import io.rtrs.interop.wire.Wire.Trouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** RTRS over a wire without trouble, between ends that stay for all tests of a class. */
@Tag("vm")
@ExtendWith(KeepPackets.class)
abstract class BlockScene {
    static final int PORT = 1234;

    /** Without repetitions, which rxe does not survive while it registers memory: see docs/softroce.md. */
    private static final String PATIENT = "-Dio.rtrs.verbs.softroce.ackTimeout=30";

    /** Of the class whose tests run. */
    static Ends ends;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        ends = new Ends(PATIENT);
        Wire.trouble(Trouble.NONE);
    }

    @AfterAll
    static void stop() throws Exception {
        ends.end();
    }

    static void copy(Path from, String to, String size, String flags) throws Exception {
        Shell.run("dd", "if=" + from, "of=" + to, "bs=" + size, flags);
    }

    static String checksum(Path file) throws IOException {
        return Long.toString(BlockPeer.checksum(MemorySegment.ofArray(Files.readAllBytes(file))));
    }
}
