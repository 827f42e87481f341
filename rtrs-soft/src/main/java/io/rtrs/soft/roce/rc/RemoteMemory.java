package io.rtrs.soft.roce.rc;

import io.rtrs.soft.memory.Atomics;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.Keyed;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * Our memory as the peer may use it: key, domain, access and range are checked with every use, windows under their
 * monitor (spec/rocev2.md 7.11, 9.4).
 */
final class RemoteMemory {
    private final Domain domain;
    private final QueuePair qp;

    /** What {@link #atomic} found. */
    private long original;

    RemoteMemory(Domain domain, QueuePair qp) {
        this.domain = domain;
        this.qp = qp;
    }

    /** Whether the peer may do this with the range now. */
    boolean permits(int rkey, long address, long length, int access) {
        Keyed keyed = domain.keys.find(rkey);
        if (keyed instanceof Window window) {
            synchronized (window) {
                return window.open(qp, domain, rkey, address, length, access) != null;
            }
        }
        return region(keyed, rkey, address, length, access) != null;
    }

    private @Nullable Region region(@Nullable Keyed keyed, int rkey, long address, long length, int access) {
        return keyed instanceof Region region
                        && region.fixedKey == rkey
                        && region.permits(domain, address, length, access)
                ? region
                : null;
    }

    /** Copies bytes of a packet to the range; false if the peer may not. */
    boolean write(int rkey, long address, MemorySegment from, long offset, int length, int access) {
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
    boolean read(int rkey, long address, MemorySegment to, long offset, int length, int access) {
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
    boolean atomic(int rkey, long address, int access, boolean swap, long operand, long compare) {
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
    long original() {
        return original;
    }

    /** The peer invalidates a key; false if it may not (spec/rocev2.md 7.12). */
    boolean invalidate(int rkey) {
        return domain.keys.find(rkey) instanceof Window window && window.invalidate(qp, rkey);
    }
}
