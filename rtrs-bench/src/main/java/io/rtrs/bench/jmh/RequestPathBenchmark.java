package io.rtrs.bench.jmh;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RequestCallback;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
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
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A whole request, from {@code request} to its callback, client and server polled in turn by one thread: no wake-up and no
 * other thread's time is in the figure. Compare with {@link ProviderPathBenchmark}, which makes the same verbs calls
 * without RTRS: the difference is what RTRS itself costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RequestPathBenchmark {
    private static final int HEADER = 32;

    /** Whether the server revokes a chunk's key for each request. */
    @Param({"true", "false"})
    public boolean alwaysInvalidate;

    /** Whether reads go through windows that the server's answer invalidates. */
    @Param({"true", "false"})
    public boolean invalidateReads;

    /** Data bytes. */
    @Param({"0", "4096"})
    public int length;

    private final Completion completion = new Completion();

    @SuppressWarnings("NullAway.Init") // set-up comes before all else
    private Fixture fixture;

    /** What a request needs. */
    private record Fixture(
            RtrsServer server,
            ClientSession session,
            Permit permit,
            RegisteredMemory memory,
            MemorySegment header,
            Arena arena) {}

    /** The callback: notes the outcome. */
    private static final class Completion implements RequestCallback {
        private int count;

        @Override
        public void onComplete(Permit permit, Status status) {
            if (!status.isOk()) {
                throw new IllegalStateException("request failed with " + status);
            }
            count++;
        }
    }

    /** Connects client and server over the provider that completes at once. */
    @Setup
    public void setUp() throws IOException {
        VerbsProvider provider = VerbsProviders.named("inprocess");
        RtrsServer server = RtrsServer.builder()
                .provider(provider)
                .listen(new InetSocketAddress("127.0.0.1", 1234))
                .alwaysInvalidate(alwaysInvalidate)
                .waitStrategy(WaitStrategy.INVOKED)
                .handler((operation, handle) -> operation.respond(handle, Status.OK))
                .start();
        ClientSession session = RtrsClient.builder()
                .provider(provider)
                .sessionName("jmh")
                .path("ip:127.0.0.1@ip:127.0.0.1")
                .ioConnections(1)
                .waitStrategy(WaitStrategy.INVOKED)
                .invalidateReads(invalidateReads)
                .copyBuffers(false)
                .open();
        Arena arena = Arena.ofShared();
        fixture = new Fixture(
                server,
                session,
                session.getPermit(ConnectionType.IO),
                session.allocate(1 << 20),
                arena.allocate(HEADER, 8),
                arena);
    }

    /** Closes it all. */
    @TearDown
    public void tearDown() throws IOException {
        fixture.session().putPermit(fixture.permit());
        fixture.memory().close();
        fixture.session().close();
        fixture.server().close();
        fixture.arena().close();
    }

    @Benchmark
    public int write() {
        return request(Direction.WRITE);
    }

    @Benchmark
    public int read() {
        return request(Direction.READ);
    }

    private int request(Direction direction) {
        Fixture f = fixture;
        int target = completion.count + 1;
        Status status = f.session().request(direction, f.permit(), completion, f.header(), f.memory(), 0, length);
        if (!status.isOk()) {
            throw new IllegalStateException("request refused with " + status);
        }
        while (completion.count != target) {
            f.server().poll();
            f.session().poll();
        }
        return target;
    }
}
