package io.rtrs.verbs.inprocess;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** A registered region; it checks ranges without overflow (spec/rtrs.md 17.1). */
final class Region extends MemoryRegion implements ProviderOwned, Keyed {
    final Pd domain;
    final int permissions;
    final long base;
    final long size;
    final int fixedKey;

    /** The memory as the data path uses it: bounds checked, and closed arenas found where the memory allows it. */
    final MemorySegment memory;

    /** Windows bound now. */
    final AtomicInteger windows = new AtomicInteger();

    Region(Pd domain, MemorySegment segment, int access, int key) throws IOException {
        super(domain.context(), segment, access, key, key, key >>> 8);
        this.domain = domain;
        this.permissions = access;
        this.base = segment.address();
        this.size = segment.byteSize();
        this.fixedKey = key;
        this.memory = Memory.shareable(segment);
    }

    /** Whether {@code length} bytes from {@code address} lie inside; all values unsigned. */
    boolean covers(long address, long length) {
        return Memory.inside(base, size, address, length);
    }

    /** Whether the region allows all of {@code access}, in this domain and range. */
    boolean permits(Pd pd, long address, long length, int access) {
        return domain == pd && (permissions & access) == access && covers(address, length);
    }

    boolean allowsWrite() {
        return (permissions & IbvMr.IBV_ACCESS_LOCAL_WRITE) != 0;
    }

    @Override
    public int key() {
        return fixedKey;
    }

    @Override
    public VerbsProvider provider() {
        return domain.provider();
    }
}
