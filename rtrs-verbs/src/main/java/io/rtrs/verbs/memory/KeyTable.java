package io.rtrs.verbs.memory;

import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The device's memory keys: the upper 24 bits are an index, the lower eight differ each time the index is used again.
 *
 * <p><b>Threading:</b> {@link #find} takes no lock. <b>Allocation:</b> none in {@link #find}.
 */
public final class KeyTable {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Keyed[].class);
    private static final int MAX_INDEX = 1 << 24;

    private volatile @Nullable Keyed[] slots = new Keyed[256];
    private int[] generations = new int[256];
    private int fresh = 1;
    private final ArrayDeque<Integer> free = new ArrayDeque<>();

    /**
     * A key that nothing has; {@link #put} makes it findable.
     *
     * @throws VerbsException ENOMEM if all keys are in use
     */
    public synchronized int reserve() throws VerbsException {
        Integer reused = free.size() > 16 || fresh == MAX_INDEX ? free.poll() : null;
        if (reused != null) {
            int generation = generations[reused] + 1;
            generations[reused] = generation;
            return (reused << 8) | (generation & 0xff);
        }
        if (fresh == MAX_INDEX) {
            throw new VerbsException("all memory keys are in use", 12 /* ENOMEM */);
        }
        if (fresh == slots.length) {
            generations = Arrays.copyOf(generations, fresh * 2);
            slots = Arrays.copyOf(slots, fresh * 2);
        }
        return fresh++ << 8;
    }

    /** Makes the owner findable by its key. */
    public synchronized void put(int key, Keyed owner) {
        SLOT.setRelease(slots, key >>> 8, owner);
    }

    /** Takes the index of the key back; the next user continues with other low bits. */
    public synchronized void release(int key) {
        int index = key >>> 8;
        SLOT.setRelease(slots, index, (Keyed) null);
        generations[index] = key & 0xff;
        free.add(index);
    }

    /** What has the key's index, whatever its low bits; null if nothing has. */
    public @Nullable Keyed find(int key) {
        @Nullable Keyed[] now = slots;
        int index = key >>> 8;
        return index < now.length ? (Keyed) SLOT.getAcquire(now, index) : null;
    }

    /** The region with exactly this key, or null. */
    public @Nullable Region region(int key) {
        return find(key) instanceof Region region && region.key() == key ? region : null;
    }
}
