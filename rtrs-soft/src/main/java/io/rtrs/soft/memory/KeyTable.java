package io.rtrs.soft.memory;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * The device's memory keys: the upper 24 bits are an index, the lower eight are its owner's to change. Both are drawn at
 * random, so that who was given one key cannot tell another.
 *
 * <p><b>Threading:</b> {@link #find} takes no lock. <b>Allocation:</b> none in {@link #find}.
 */
public final class KeyTable {
    /** Keys in use at once: half of the indexes, so that a free one is drawn soon. */
    public static final int MAX_KEYS = 1 << 23;

    private static final VarHandle CHAIN = MethodHandles.arrayElementVarHandle(Entry[].class);
    private static final int SMALLEST = 256;

    /** One of those whose indexes end with the same bits; they do not change, so that readers need no lock. */
    private record Entry(int index, Keyed owner, @Nullable Entry next) {}

    private final IntSupplier random;
    private final Set<Integer> taken = new HashSet<>();
    private volatile @Nullable Entry[] chains = new Entry[SMALLEST];

    /**
     * No keys yet.
     *
     * @param random where keys are drawn from, with the lock held
     */
    public KeyTable(IntSupplier random) {
        this.random = random;
    }

    /**
     * A key that nothing has; {@link #put} makes it findable.
     *
     * @throws VerbsException ENOMEM if too many keys are in use
     */
    public synchronized int reserve() throws VerbsException {
        if (taken.size() >= MAX_KEYS) {
            throw new VerbsException("all " + MAX_KEYS + " memory keys are in use", Errno.ENOMEM);
        }
        int key = random.getAsInt();
        while (key >>> 8 == 0 || !taken.add(key >>> 8)) {
            key = random.getAsInt();
        }
        if (taken.size() > chains.length) {
            grow();
        }
        return key;
    }

    private void grow() {
        @Nullable Entry[] old = chains;
        @Nullable Entry[] more = new Entry[2 * old.length];
        for (Entry chain : old) {
            for (Entry entry = chain; entry != null; entry = entry.next) {
                int at = entry.index & (more.length - 1);
                more[at] = new Entry(entry.index, entry.owner, more[at]);
            }
        }
        chains = more;
    }

    /** Makes the owner findable by its key. */
    public synchronized void put(int key, Keyed owner) {
        @Nullable Entry[] now = chains;
        int index = key >>> 8;
        int at = index & (now.length - 1);
        CHAIN.setRelease(now, at, new Entry(index, owner, without(now[at], index)));
    }

    /** Takes the index of the key back. */
    public synchronized void release(int key) {
        @Nullable Entry[] now = chains;
        int index = key >>> 8;
        int at = index & (now.length - 1);
        CHAIN.setRelease(now, at, without(now[at], index));
        taken.remove(index);
    }

    private static @Nullable Entry without(@Nullable Entry chain, int index) {
        Entry left = null;
        for (Entry entry = chain; entry != null; entry = entry.next) {
            if (entry.index != index) {
                left = new Entry(entry.index, entry.owner, left);
            }
        }
        return left;
    }

    /** What has the key's index, whatever its low bits; null if nothing has. */
    public @Nullable Keyed find(int key) {
        @Nullable Entry[] now = chains;
        int index = key >>> 8;
        for (Entry entry = (Entry) CHAIN.getAcquire(now, index & (now.length - 1)); entry != null; entry = entry.next) {
            if (entry.index == index) {
                return entry.owner;
            }
        }
        return null;
    }

    /** The region with exactly this key, or null. */
    public @Nullable Region region(int key) {
        return find(key) instanceof Region region && region.key() == key ? region : null;
    }
}
