package io.rtrs.soft.connection;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/**
 * What the ids of a provider in software have in common: their channel, device and addresses.
 *
 * <p>The addresses are guarded by the provider, which says by which lock.
 */
public abstract class CmId extends RdmaCmId implements ProviderOwned {
    /** Where its events go. */
    public final EventChannel channel;

    /** The local address, once it has one. */
    public @Nullable InetSocketAddress source;

    /** The peer's address, once it is known. */
    public @Nullable InetSocketAddress destination;

    /** Whether other ids may have the same address. */
    public boolean reuse;

    private volatile boolean asked;

    /** Creates an id that reports to the channel. */
    protected CmId(EventChannel channel, int portSpace) throws IOException {
        super(channel, null);
        this.channel = channel;
        this.ps = portSpace;
        channel.users.incrementAndGet();
    }

    /** Gives the id its device. */
    public final void device(IbvContext device) {
        setVerbs(device);
        setPort_num((byte) 1);
    }

    /** Tells its channel what happened to it. */
    public final void tell(EventType type, int status, byte @Nullable [] data) {
        try {
            channel.add(new Event(type, status, null, this, data));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // DiSNI's constructors declare it and never throw it
        }
    }

    /** Whether it takes connect requests. */
    public abstract boolean listening();

    /**
     * The device; null before the id has one. DiSNI asks an id that it has just destroyed, and cannot cope with a device that
     * it never asked for before: that fails, as with DiSNI's library.
     */
    @Override
    public final @Nullable IbvContext getVerbs() throws VerbsException {
        if (isOpen()) {
            asked = true;
        } else if (!asked) {
            throw new VerbsException("the connection id is destroyed, and had no queue pair", Errno.EBADF);
        }
        return verbs;
    }

    @Override
    public final VerbsProvider provider() {
        return channel.provider();
    }
}
