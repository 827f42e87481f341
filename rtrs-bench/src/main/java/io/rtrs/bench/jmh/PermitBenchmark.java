package io.rtrs.bench.jmh;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Status;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Taking a permit and giving it back, alone and from two threads at once. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PermitBenchmark {
    @SuppressWarnings("NullAway.Init") // set-up comes before all else
    private RtrsServer server;

    @SuppressWarnings("NullAway.Init")
    private ClientSession session;

    /** Opens a session with 512 permits. */
    @Setup
    public void setUp() throws IOException {
        VerbsProvider provider = VerbsProviders.named("inprocess");
        server = RtrsServer.builder()
                .provider(provider)
                .listen(new InetSocketAddress("127.0.0.1", 1236))
                .handler((operation, handle) -> operation.respond(handle, Status.NOT_SUPPORTED))
                .start();
        session = RtrsClient.builder()
                .provider(provider)
                .sessionName("jmh-permits")
                .path("ip:127.0.0.1@ip:127.0.0.1")
                .port(1236)
                .copyBuffers(false)
                .open();
    }

    /** Closes it. */
    @TearDown
    public void tearDown() throws IOException {
        session.close();
        server.close();
    }

    @Benchmark
    public int alone() {
        return takeAndGiveBack();
    }

    @Benchmark
    @Threads(2)
    public int contended() {
        return takeAndGiveBack();
    }

    private int takeAndGiveBack() {
        Permit permit = session.tryGetPermit(ConnectionType.IO);
        if (permit == null) {
            throw new IllegalStateException("512 permits for two threads, and none is left");
        }
        int id = permit.id();
        session.putPermit(permit);
        return id;
    }
}
