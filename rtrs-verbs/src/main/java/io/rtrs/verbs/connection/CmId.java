package io.rtrs.verbs.connection;

import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * What the ids of a provider in software have in common: addresses, and the count of events that wait for their
 * acknowledgement.
 *
 * <p>The addresses are guarded by the provider, which says by which lock.
 */
public abstract class CmId extends RdmaCmId implements ProviderOwned {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);

    /** Where its events go. */
    public final EventChannel channel;

    /** The local address, once it has one. */
    public @Nullable InetSocketAddress source;

    /** The peer's address, once it is known. */
    public @Nullable InetSocketAddress destination;

    /** Whether other ids may have the same address. */
    public boolean reuse;

    private final Object acknowledgement = new Object();
    private int unacknowledged;

    /** Creates an id that reports to the channel. */
    protected CmId(EventChannel channel, int portSpace) throws IOException {
        super(channel, null);
        this.channel = channel;
        this.ps = portSpace;
        channel.users.incrementAndGet();
    }

    /** Whether it takes connect requests. */
    public abstract boolean listening();

    /** An event of this id was taken. */
    void taken() {
        synchronized (acknowledgement) {
            unacknowledged++;
        }
    }

    /** An event of this id was acknowledged. */
    void acknowledged() {
        synchronized (acknowledgement) {
            unacknowledged--;
            acknowledgement.notifyAll();
        }
    }

    /** Waits until all events taken were acknowledged; a program that never does would wait for ever on librdmacm. */
    public final void awaitAcknowledged() throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NS;
        synchronized (acknowledgement) {
            while (unacknowledged != 0) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new VerbsException(
                            "the id has " + unacknowledged + " events that were not acknowledged", 16 /* EBUSY */);
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(acknowledgement, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new VerbsException("interrupted while waiting for acknowledgements", 16 /* EBUSY */);
                }
            }
        }
    }

    @Override
    public final VerbsProvider provider() {
        return channel.provider();
    }
}
