package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.cli.block.MemoryBlocks;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code io --verify} against servers that are not what they should be. */
class VerifyTest {
    private static final int MEMORY = 1 << 20;

    private final MemoryBlocks blocks = new MemoryBlocks(MEMORY);

    @AfterEach
    void free() {
        blocks.close();
    }

    @SuppressWarnings("try") // the server only has to be there
    private static Run io(RequestHandler handler, String... arguments) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (RtrsServer server = RtrsServer.builder()
                .provider(VerbsProviders.named("inprocess"))
                .listen(new InetSocketAddress(loopback, 0))
                .queueDepth(64)
                .handler(handler)
                .start()) {
            String[] all = new String[arguments.length + 4];
            all[0] = "io";
            all[1] = "--provider=inprocess";
            all[2] = "--connect=ip:127.0.0.1";
            all[3] = "--port=" + server.localAddresses().getFirst().getPort();
            System.arraycopy(arguments, 0, all, 4, arguments.length);
            return Run.of(all);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"write", "read", "randwrite", "randread", "randrw"})
    void aServerThatKeepsWhatItWasGivenIsVerified(String rw) throws IOException {
        Run run = io(blocks, "--rw=" + rw, "--bs=3000", "--qd=7", "--jobs=3", "--runtime=200ms", "--verify");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("verified: ");
        assertThat(run.exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"write", "read", "randwrite", "randrw"})
    void aServerThatChangesAByteIsFound(String rw) throws IOException {
        RequestHandler changing = (operation, handle) -> {
            if (operation.direction() == Direction.WRITE) {
                MemorySegment chunk = operation.chunk();
                chunk.set(ValueLayout.JAVA_BYTE, 100, (byte) (chunk.get(ValueLayout.JAVA_BYTE, 100) ^ 4));
            }
            blocks.onRequest(operation, handle);
        };
        Run run = io(changing, "--rw=" + rw, "--size=1M", "--verify", "--json");
        assertThat(run.err()).contains("byte 100 of it is not what was written");
        assertThat(run.out()).startsWith("{\"verified\":false,\"errors\":");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void ofSizeAndRuntimeWhicheverComesFirstEndsTheLoad() throws IOException {
        Run size = io(blocks, "--rw=write", "--size=64K", "--runtime=1h", "--json");
        assertThat(size.out()).contains("\"ops\":16,\"bytes\":65536,");
        assertThat(size.exit()).isZero();
        Run runtime = io(blocks, "--rw=write", "--size=1000000T", "--runtime=50ms", "--json");
        assertThat(runtime.out()).contains("\"errors\":0").contains("\"seconds\":");
        assertThat(runtime.exit()).isZero();
    }

    @Test
    void theFilesOfARunHoldItsRequests(@TempDir Path folder) throws IOException {
        Path hgrm = folder.resolve("run.hgrm");
        Path page = folder.resolve("run.html");
        Run run = io(blocks, "--rw=randrw", "--size=256K", "--hgrm=" + hgrm, "--report=" + page);
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(Files.readString(hgrm))
                .contains("Value     Percentile TotalCount 1/(1-Percentile)")
                .containsPattern("Total count {4}= {11}64\\]");
        assertThat(Files.readString(page)).contains("--hgrm=" + hgrm).contains("\"provider\",\"value\":\"inprocess\"");
    }

    @Test
    void aFileThatCannotBeWrittenIsKnownBeforeTheRun(@TempDir Path folder) throws IOException {
        for (String option : List.of("--hgrm", "--report")) {
            AtomicInteger requests = new AtomicInteger();
            RequestHandler counting = (operation, handle) -> {
                requests.incrementAndGet();
                blocks.onRequest(operation, handle);
            };
            Run run = io(counting, "--rw=read", option + "=" + folder.resolve("nowhere/at/all"));
            assertThat(run.err()).contains("'" + option + "'").contains("cannot be written: there is no such folder");
            assertThat(run.exit()).isEqualTo(2);
            assertThat(requests).hasValue(0);
        }
        Path same = folder.resolve("same");
        assertThat(io(blocks, "--rw=read", "--hgrm=" + same, "--report=" + same).exit())
                .isEqualTo(2);
    }

    @Test
    void aRunThatNeverBeganLeavesItsFilesAsTheyWere(@TempDir Path folder) throws IOException {
        Path old = Files.writeString(folder.resolve("old"), "earlier");
        Run run = Run.of(
                "io",
                "--provider=inprocess",
                "--connect=ip:127.0.0.1",
                "--port=9",
                "--rw=read",
                "--hgrm=" + old,
                "--report=" + folder.resolve("new"));
        assertThat(run.exit()).isEqualTo(1);
        assertThat(old).hasContent("earlier");
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void aServerThatForgetsAWriteIsFoundThoughTheBlockWasWrittenBefore() throws IOException {
        AtomicInteger writes = new AtomicInteger();
        int blocksOfMemory = MEMORY / 4096;
        RequestHandler forgetful = (operation, handle) -> {
            if (operation.direction() == Direction.WRITE && writes.incrementAndGet() > blocksOfMemory) {
                operation.respond(handle, Status.OK);
            } else {
                blocks.onRequest(operation, handle);
            }
        };
        Run run = io(forgetful, "--rw=write", "--size=2M", "--verify");
        assertThat(run.err()).contains("is not what was written");
        assertThat(run.out()).doesNotContain("verified");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void anErrorOfTheServerEndsTheLoadAndIsNamed() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        RequestHandler failing = (operation, handle) -> {
            if (requests.incrementAndGet() > 10) {
                operation.respond(handle, Status.NO_SPACE);
            } else {
                blocks.onRequest(operation, handle);
            }
        };
        Run run = io(failing, "--rw=write", "--runtime=10m");
        assertThat(run.err())
                .contains("errors; the first: write of 4096 bytes at")
                .contains("ENOSPC");
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void aServerOfAnotherProtocolIsTold() throws IOException {
        Run run = io((operation, handle) -> operation.respond(handle, Status.INVALID), "--rw=read");
        assertThat(run.err())
                .contains("the server is none that \"rtrs serve\" runs")
                .hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.exit()).isEqualTo(1);
    }
}
