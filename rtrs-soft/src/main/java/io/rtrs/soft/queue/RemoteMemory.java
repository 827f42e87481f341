package io.rtrs.soft.queue;

import io.rtrs.soft.memory.Atomics;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.Keyed;
import io.rtrs.soft.memory.Refusal;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.work.WorkQueues;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * Our memory as the peer may use it: key, domain, access and range are checked with every use, windows under their
 * monitor.
 */
public final class RemoteMemory {
    private final Domain domain;
    private final WorkQueues qp;

    /** What {@link #atomic} found. */
    private long original;

    /** The memory of a domain, as the peer of a queue pair may use it. */
    public RemoteMemory(Domain domain, WorkQueues qp) {
        this.domain = domain;
        this.qp = qp;
    }

    /** Whether the peer may do this with the range now. */
    public boolean permits(int rkey, long address, long length, int access) {
        Keyed keyed = domain.keys.find(rkey);
        if (keyed instanceof Window window) {
            synchronized (window) {
                return window.open(qp, domain, rkey, address, length, access) != null;
            }
        }
        return region(keyed, rkey, address, length, access) != null;
    }

    /** Why {@link #permits} says no; it may have changed its mind meanwhile, and then this is {@link Refusal#INVALID}. */
    public Refusal refusal(int rkey, long address, long length, int access) {
        Keyed keyed = domain.keys.find(rkey);
        if (keyed instanceof Window window) {
            return window.refusal(qp, domain, rkey, address, length, access);
        }
        if (!(keyed instanceof Region region) || region.fixedKey != rkey) {
            return Refusal.INVALID;
        }
        return Refusal.of(region.domain == domain, (region.permissions & access) == access, address, length);
    }

    /** The window that the key's index names, if it names one: see {@link #open}. */
    public @Nullable Window window(int rkey) {
        return domain.keys.find(rkey) instanceof Window window ? window : null;
    }

    /**
     * The region in which the range is, if the peer may do this with it now. If a window is between, the caller holds its
     * monitor for as long as it uses the region.
     */
    public @Nullable Region open(int rkey, long address, long length, int access) {
        Keyed keyed = domain.keys.find(rkey);
        if (keyed instanceof Window window) {
            return Thread.holdsLock(window) ? window.open(qp, domain, rkey, address, length, access) : null;
        }
        return region(keyed, rkey, address, length, access);
    }

    private @Nullable Region region(@Nullable Keyed keyed, int rkey, long address, long length, int access) {
        return keyed instanceof Region region
                        && region.fixedKey == rkey
                        && region.permits(domain, address, length, access)
                ? region
                : null;
    }

    /** Copies bytes of a packet to the range; false if the peer may not. */
    public boolean write(int rkey, long address, MemorySegment from, long offset, int length, int access) {
        Keyed keyed = domain.keys.find(rkey);
        if (keyed instanceof Window window) {
            synchronized (window) {
                Region region = window.open(qp, domain, rkey, address, length, access);
                return region != null && region.write(address, from, offset, length);
            }
        }
        Region region = region(keyed, rkey, address, length, access);
        return region != null && region.write(address, from, offset, length);
    }

    /** Copies the range to a packet; false if the peer may not. */
    public boolean read(int rkey, long address, MemorySegment to, long offset, int length, int access) {
        Keyed keyed = domain.keys.find(rkey);
        if (keyed instanceof Window window) {
            synchronized (window) {
                Region region = window.open(qp, domain, rkey, address, length, access);
                return region != null && region.read(address, to, offset, length);
            }
        }
        Region region = region(keyed, rkey, address, length, access);
        return region != null && region.read(address, to, offset, length);
    }

    /** Executes an atomic; false if the peer may not. Then {@link #original()} is what was there. */
    public boolean atomic(int rkey, long address, int access, boolean swap, long operand, long compare) {
        Keyed keyed = domain.keys.find(rkey);
        if (keyed instanceof Window window) {
            synchronized (window) {
                Region region = window.open(qp, domain, rkey, address, Long.BYTES, access);
                return region != null && update(region, address, swap, operand, compare);
            }
        }
        Region region = region(keyed, rkey, address, Long.BYTES, access);
        return region != null && update(region, address, swap, operand, compare);
    }

    private boolean update(Region region, long address, boolean swap, long operand, long compare) {
        try {
            original = swap
                    ? Atomics.compareAndSwap(region, address, compare, operand)
                    : Atomics.fetchAndAdd(region, address, operand);
            return true;
        } catch (IllegalStateException | InternalError gone) {
            return false;
        }
    }

    /** What the last atomic found. */
    public long original() {
        return original;
    }

    /** The peer invalidates a key; false if it may not. */
    public boolean invalidate(int rkey) {
        return domain.keys.find(rkey) instanceof Window window && window.invalidate(qp, rkey);
    }
}
