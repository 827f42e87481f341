package io.rtrs.bench.jmh;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.verbs.BindWindow;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import io.rtrs.verbs.WrOpcode;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The verbs calls of one request and its answer, without RTRS, on the provider that completes at once: what is under the
 * figures of {@link RequestPathBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ProviderPathBenchmark {
    private static final int HEADER = 36;
    private static final int READ_HEADER = 56;
    private static final int CHUNK = 131072;
    private static final int INTERVAL = 512;
    private static final int ACCESS = IbvMr.IBV_ACCESS_REMOTE_WRITE;

    /** Whether the server revokes and renews the chunk's key. */
    @Param({"true", "false"})
    public boolean alwaysInvalidate;

    /** Whether the client binds a window that the server invalidates. */
    @Param({"true", "false"})
    public boolean invalidateReads;

    /** Data bytes. */
    @Param({"0", "4096"})
    public int length;

    @SuppressWarnings("NullAway.Init") // set-up comes before all else
    private VerbsPair pair;

    @SuppressWarnings("NullAway.Init")
    private MemoryWindow chunkWindow;

    @SuppressWarnings("NullAway.Init")
    private MemoryWindow readWindow;

    @SuppressWarnings("NullAway.Init")
    private BindWindow bind;

    @SuppressWarnings("NullAway.Init")
    private PostSend request;

    @SuppressWarnings("NullAway.Init")
    private PostSend answer;

    private int requests;
    private int answers;

    /** Connects the pair and lays out the work requests. */
    @Setup
    public void setUp() throws IOException {
        VerbsProvider provider = VerbsProviders.named("inprocess");
        pair = new VerbsPair(provider, new InetSocketAddress("127.0.0.1", 1235), INTERVAL);
        chunkWindow = provider.verbs().allocMw(pair.server.device.pd(), MemoryWindow.TYPE_1);
        readWindow = provider.verbs().allocMw(pair.client.device.pd(), MemoryWindow.TYPE_2);
        bind = provider.verbs().bindMw(pair.server.connection.qp(), chunkWindow, serverRegion());
        request = provider.verbs().postSend(pair.client.connection.qp(), 2, 2);
        answer = provider.verbs().postSend(pair.server.connection.qp(), 3, 1);
        bindChunk();
    }

    /** Closes it all. */
    @TearDown
    public void tearDown() throws IOException {
        VerbsProvider provider = VerbsProviders.named("inprocess");
        request.free();
        answer.free();
        bind.free();
        provider.verbs().deallocMw(chunkWindow);
        provider.verbs().deallocMw(readWindow);
        pair.close();
    }

    @Benchmark
    public long write() {
        long base = clientRegion().segment().address();
        request.opcode(1, WrOpcode.RDMA_WRITE_WITH_IMM)
                .sge(1, 0, base, length, clientRegion().getLkey())
                .sge(
                        1,
                        length == 0 ? 0 : 1,
                        base + CHUNK,
                        HEADER,
                        clientRegion().getLkey())
                .numSge(1, length == 0 ? 1 : 2)
                .remote(1, serverBase(), serverKey())
                .imm(1, length + 32)
                .flags(1, flags(++requests));
        check(request.post(1, 1));
        serve(false);
        return pair.client.received;
    }

    @Benchmark
    public long read() {
        boolean window = invalidateReads && length > 0;
        long base = clientRegion().segment().address();
        if (window) {
            int rkey = MemoryWindow.nextRkey(readWindow.rkey());
            request.opcode(0, WrOpcode.BIND_MW)
                    .bindWindow(0, readWindow, rkey, clientRegion(), base, length, ACCESS)
                    .flags(0, 0);
        }
        request.opcode(1, WrOpcode.RDMA_WRITE_WITH_IMM)
                .sge(1, 0, base + CHUNK, READ_HEADER, clientRegion().getLkey())
                .numSge(1, 1)
                .remote(1, serverBase() + length, serverKey())
                .imm(1, length + 32)
                .flags(1, flags(++requests));
        check(window ? request.post(0, 2) : request.post(1, 1));
        serve(true);
        return pair.client.received;
    }

    /** The server's calls: revoke, bind anew, data, invalidate, answer. */
    private void serve(boolean read) {
        pair.server.awaitReceives(1);
        if (alwaysInvalidate) {
            check(bind.bind(1, IbvSendWR.IBV_SEND_SIGNALED, serverBase(), 0, ACCESS));
            pair.server.awaitReports(1);
            bindChunk();
        }
        boolean data = read && length > 0;
        boolean window = data && invalidateReads;
        int first = data ? 0 : 2;
        if (data) {
            long to = clientRegion().segment().address();
            int key = window ? readWindow.rkey() : clientRegion().getRkey();
            answer.opcode(0, WrOpcode.RDMA_WRITE)
                    .sge(0, 0, serverBase(), length, serverRegion().getLkey())
                    .numSge(0, 1)
                    .remote(0, to, key)
                    .flags(0, 0);
            if (window) {
                answer.opcode(1, WrOpcode.SEND_WITH_INV)
                        .numSge(1, 0)
                        .invalidate(1, key)
                        .flags(1, 0);
            } else {
                check(answer.post(0, 1));
                first = 2;
            }
        }
        if (alwaysInvalidate) {
            answer.opcode(2, WrOpcode.SEND_WITH_IMM)
                    .sge(2, 0, serverBase() + CHUNK, 8, serverRegion().getLkey())
                    .numSge(2, 1);
        } else {
            answer.opcode(2, WrOpcode.RDMA_WRITE_WITH_IMM).numSge(2, 0).remote(2, 0, 0);
        }
        answer.imm(2, 0x10000000).flags(2, flags(++answers));
        check(answer.post(first, 3 - first));
        pair.client.awaitReceives(window ? 2 : 1);
    }

    private void bindChunk() {
        if (alwaysInvalidate) {
            check(bind.bind(2, 0, serverBase(), CHUNK, ACCESS));
        }
    }

    private MemoryRegion clientRegion() {
        return pair.client.memory.region();
    }

    private MemoryRegion serverRegion() {
        return pair.server.memory.region();
    }

    private long serverBase() {
        return serverRegion().segment().address();
    }

    private int serverKey() {
        return alwaysInvalidate ? chunkWindow.rkey() : serverRegion().getRkey();
    }

    private static int flags(int posted) {
        return posted % INTERVAL == 0 ? IbvSendWR.IBV_SEND_SIGNALED : 0;
    }

    private static void check(int errno) {
        if (errno != 0) {
            throw new IllegalStateException("post failed with errno " + errno);
        }
    }
}
