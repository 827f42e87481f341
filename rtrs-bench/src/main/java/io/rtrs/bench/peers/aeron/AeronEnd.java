package io.rtrs.bench.peers.aeron;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import io.rtrs.bench.peers.stream.FrameReader;
import io.rtrs.bench.peers.stream.SpinningEnd;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A driver, a client of it, and a stream each way. Fragments are read where they arrived, as bytes of a stream: they come
 * in order.
 *
 * <p><b>Threading:</b> one thread, which does everything. <b>Allocation:</b> none of its own per message.
 */
public final class AeronEnd implements SpinningEnd {
    private static final int REQUESTS = 10;
    private static final int ANSWERS = 11;
    private static final int FRAGMENTS = 64;
    private static final int TERM_BYTES = 16 << 20;
    private static final int WINDOW_BYTES = 2 << 20;
    private static final String MTU_PROPERTY = "rtrs.bench.aeronMtu";

    private final MediaDriver driver;
    private final Aeron aeron;
    private final AgentInvoker driverWork;
    private final AgentInvoker clientWork;
    private final Subscription in;
    private final ExclusivePublication out;
    private final UnsafeBuffer header = new UnsafeBuffer();
    private final UnsafeBuffer body = new UnsafeBuffer();
    private @Nullable FragmentHandler fragments;

    private AeronEnd(InetSocketAddress server, boolean serves) {
        Path directory = Path.of(shared(), "rtrs-bench-aeron-" + UUID.randomUUID());
        driver = MediaDriver.launchEmbedded(new MediaDriver.Context()
                .aeronDirectoryName(directory.toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.INVOKER)
                .mtuLength(mtu())
                .publicationTermBufferLength(TERM_BYTES)
                .termBufferSparseFile(false)
                .initialWindowLength(WINDOW_BYTES)
                .socketSndbufLength(WINDOW_BYTES)
                .socketRcvbufLength(WINDOW_BYTES));
        driverWork = driver.sharedAgentInvoker();
        aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(directory.toString())
                .useConductorAgentInvoker(true)
                .driverAgentInvoker(driverWork));
        clientWork = aeron.conductorAgentInvoker();
        String host = server.getAddress().getHostAddress();
        String requests = "aeron:udp?endpoint=" + host + ":" + server.getPort();
        String answers = "aeron:udp?endpoint=" + host + ":" + (server.getPort() + 1);
        in = aeron.addSubscription(serves ? requests : answers, serves ? REQUESTS : ANSWERS);
        out = aeron.addExclusivePublication(serves ? answers : requests, serves ? ANSWERS : REQUESTS);
    }

    /** The property, or the most that a datagram can be; Aeron says which numbers it takes. */
    private static int mtu() {
        String value = System.getProperty(MTU_PROPERTY, "65504");
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(MTU_PROPERTY + "=" + value + " is no number of bytes", e);
        }
    }

    /** Memory that is no disk, where there is such. */
    private static String shared() {
        return Path.of("/dev/shm").toFile().isDirectory() ? "/dev/shm" : System.getProperty("java.io.tmpdir");
    }

    /** Listens. */
    public static AeronEnd server(InetSocketAddress address) {
        return new AeronEnd(address, true);
    }

    static AeronEnd client(InetSocketAddress address) {
        return new AeronEnd(address, false);
    }

    /** Who takes what arrives. */
    @Override
    public void reader(FrameReader reader) {
        fragments = (buffer, offset, length, meta) -> reader.feed(buffer.addressOffset() + offset, length);
    }

    /** Whether both streams have an other end. */
    boolean isConnected() {
        return in.isConnected() && out.isConnected();
    }

    /** One turn of everything; whether there was something to do. */
    @Override
    public boolean turn() {
        int work = driverWork.invoke() + clientWork.invoke();
        FragmentHandler handler = fragments;
        if (handler != null) {
            work += in.poll(handler, FRAGMENTS);
        }
        return work > 0;
    }

    @Override
    public void send(long headerAt, int headerBytes, long bodyAt, int bodyBytes) {
        header.wrap(headerAt, headerBytes);
        body.wrap(bodyAt, bodyBytes);
        long result = out.offer(header, 0, headerBytes, body, 0, bodyBytes);
        while (result < 0) {
            if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
                throw new IllegalStateException("offer: " + Publication.errorString(result));
            }
            driverWork.invoke();
            clientWork.invoke();
            result = out.offer(header, 0, headerBytes, body, 0, bodyBytes);
        }
    }

    @Override
    public void close() {
        CloseHelper.closeAll(aeron, driver);
    }
}
