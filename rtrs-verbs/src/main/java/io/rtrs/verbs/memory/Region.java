package io.rtrs.verbs.memory;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** A registered region; it checks ranges without overflow (spec/rtrs.md 17.1). */
public final class Region extends MemoryRegion implements ProviderOwned, Keyed {
    /** The domain in which its key works. */
    public final Domain domain;

    /** {@code IbvMr.IBV_ACCESS_*}. */
    public final int permissions;

    /** First byte. */
    public final long base;

    /** Bytes. */
    public final long size;

    /** The local and the remote key. */
    public final int fixedKey;

    /** The memory as the data path uses it: bounds checked, and closed arenas found where the memory allows it. */
    public final MemorySegment memory;

    /** Windows bound now. */
    public final AtomicInteger windows = new AtomicInteger();

    /** Creates a region that {@link KeyTable#put} makes findable. */
    public Region(Domain domain, MemorySegment segment, int access, int key) throws IOException {
        super(domain.device(), segment, access, key, key, key >>> 8);
        this.domain = domain;
        this.permissions = access;
        this.base = segment.address();
        this.size = segment.byteSize();
        this.fixedKey = key;
        this.memory = Memory.shareable(segment);
    }

    /** Whether {@code length} bytes from {@code address} lie inside; all values unsigned. */
    public boolean covers(long address, long length) {
        return Memory.inside(base, size, address, length);
    }

    /** Whether the region allows all of {@code access}, in this domain and range. */
    public boolean permits(IbvPd pd, long address, long length, int access) {
        return domain == pd && (permissions & access) == access && covers(address, length);
    }

    /** Whether this side may write it, which remote writes need too. */
    public boolean allowsWrite() {
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
