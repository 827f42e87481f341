package io.rtrs.verbs.inprocess;

import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One end of a connection, or a listener. Its fields are guarded by the {@link Fabric}. */
final class Id extends RdmaCmId implements ProviderOwned {
    /** Where the id stands; each constant says what may come next. */
    enum State {
        /** Made; bind or resolve. */
        NEW,
        /** Has a local address; listen or resolve. */
        BOUND,
        /** Knows its device; resolve the route. */
        ADDRESS,
        /** Connect. */
        ROUTE,
        /** Takes connect requests. */
        LISTENING,
        /** Waits for the peer's answer. */
        CONNECTING,
        /** Made for a connect request; accept or reject. */
        REQUESTED,
        /** Data flows. */
        CONNECTED,
        /** Asked to disconnect; waits for the peer to do so too. */
        LEAVING,
        /** The peer asked to disconnect. */
        LEFT,
        /** Over; destroy. */
        CLOSED
    }

    final EventChannel channel;
    final AtomicInteger unacknowledged = new AtomicInteger();
    State state = State.NEW;

    @Nullable
    InetSocketAddress source;

    @Nullable
    InetSocketAddress destination;

    @Nullable
    Qp qp;

    @Nullable
    Id peer;

    /** The link that a passive id's queue pair will share. */
    @Nullable
    Link link;

    /** What the active side connected with; on the passive id. */
    @Nullable
    RdmaConnParam request;

    boolean reuse;

    Id(EventChannel channel, int portSpace) throws IOException {
        super(channel, null);
        this.channel = channel;
        this.ps = portSpace;
        channel.users.incrementAndGet();
    }

    void device(Context context) {
        setVerbs(context);
        setPort_num((byte) 1);
    }

    void attach(@Nullable Qp made) {
        qp = made;
        qpObj = made;
    }

    void acknowledged() {
        synchronized (unacknowledged) {
            unacknowledged.decrementAndGet();
            unacknowledged.notifyAll();
        }
    }

    /** Waits until all events taken were acknowledged; a program that never does would wait for ever on librdmacm. */
    void awaitAcknowledged() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        synchronized (unacknowledged) {
            while (unacknowledged.get() != 0) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new VerbsException(
                            "the id has " + unacknowledged.get() + " events that were not acknowledged", Errno.EBUSY);
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(unacknowledged, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new VerbsException("interrupted while waiting for acknowledgements", Errno.EBUSY);
                }
            }
        }
    }

    @Override
    public VerbsProvider provider() {
        return channel.provider();
    }
}
