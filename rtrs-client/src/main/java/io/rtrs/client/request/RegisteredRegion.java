package io.rtrs.client.request;

import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.verbs.MemoryRegion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Memory registered on every device of a session, by the index of the device. */
public final class RegisteredRegion implements RegisteredMemory {
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredRegion.class);

    /** The session, which knows what its regions are used for. */
    public interface Owner {
        /** Whether a request that is under way names the region. */
        boolean isInUse(RegisteredRegion region);

        /** The region is gone. */
        void onClosed(RegisteredRegion region);
    }

    private final Owner owner;
    private final MemorySegment segment;
    private final @Nullable Arena arena;
    private final boolean lasting;
    private volatile MemoryRegion[] regions;

    /** No request may start; set before those under way are looked for. */
    private volatile boolean closed;

    /** How many registrations are gone. */
    private int deregistered;

    private boolean gone;

    /**
     * Takes over registrations.
     *
     * @param arena closed with the region, or null if the memory is the caller's
     * @param lasting whether it stays until the session's last path is freed
     * @param regions by the index of the device
     */
    public RegisteredRegion(
            Owner owner,
            MemorySegment segment,
            @Nullable Arena arena,
            boolean lasting,
            List<? extends MemoryRegion> regions) {
        this.owner = owner;
        this.segment = segment;
        this.arena = arena;
        this.lasting = lasting;
        this.regions = regions.toArray(new MemoryRegion[0]);
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public long byteSize() {
        return segment.byteSize();
    }

    /** The registration on a device. */
    MemoryRegion on(int deviceIndex) {
        return regions[deviceIndex];
    }

    /** Registers the memory on one device more. */
    @FunctionalInterface
    public interface Registration {
        /** Registers it. */
        MemoryRegion get() throws IOException;
    }

    /** Joins a device, the next one by index; false if the region is closed, or being closed. */
    public synchronized boolean join(Registration registration) throws IOException {
        if (gone || deregistered > 0) {
            return false;
        }
        MemoryRegion[] more = Arrays.copyOf(regions, regions.length + 1);
        more[regions.length] = registration.get();
        regions = more;
        return true;
    }

    /** Leaves the device that it joined last, which no path uses yet. */
    public synchronized void leave() {
        if (gone || deregistered > 0) {
            return; // it is being closed, and takes this registration along
        }
        MemoryRegion last = regions[regions.length - 1];
        regions = Arrays.copyOf(regions, regions.length - 1);
        try {
            last.deregMr().execute().free();
        } catch (IOException e) {
            LOG.error("deregistering {} bytes", segment.byteSize(), e);
        }
    }

    /**
     * Whether it stays until no path is left. Then an adapter may send of it again when a request is over: the server
     * has executed what it answered, and drops what comes of it once more, whatever that says.
     */
    boolean isLasting() {
        return lasting;
    }

    /** Whether it is closed or being closed. */
    boolean isClosed() {
        return closed;
    }

    /** Whether a request of the session may use the range. */
    public boolean admits(Owner session, long offset, int length) {
        return !closed && owner == session && offset >= 0 && offset <= segment.byteSize() - length;
    }

    @Override
    public synchronized void close() throws RtrsException {
        if (gone) {
            return;
        }
        // First this, then the look: a request that becomes active in between looks here and gives up.
        closed = true;
        if (owner.isInUse(this)) {
            closed = deregistered > 0;
            throw new RtrsException(Errno.EBUSY, "a request with this memory is under way");
        }
        try {
            for (; deregistered < regions.length; deregistered++) {
                regions[deregistered].deregMr().execute().free();
            }
        } catch (IOException e) {
            closed = deregistered > 0;
            throw new RtrsException(Errno.EBUSY, "deregistering " + segment.byteSize() + " bytes failed", e);
        }
        free();
        gone = true;
        owner.onClosed(this);
    }

    private void free() throws RtrsException {
        if (arena != null) {
            try {
                arena.close();
            } catch (IllegalStateException e) {
                throw new RtrsException(
                        Errno.EBUSY,
                        "a call of this program is using the memory, such as a read or write of a channel; close it"
                                + " again when that has returned",
                        e);
            }
        }
    }
}
