package io.rtrs.soft.memory;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import io.rtrs.verbs.BulkCopy;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.memory.MappedFiles;
import io.rtrs.verbs.memory.Memory;
import io.rtrs.verbs.memory.Registrable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/** A registered region; it checks ranges without overflow (spec/rtrs.md 17.1). */
public final class Region extends MemoryRegion implements ProviderOwned, Keyed {
    /** No machine has smaller pages. */
    private static final long PAGE = 4096;

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

    /** The memory, bounds checked; closed arenas are found where it has one. */
    public final MemorySegment memory;

    /**
     * Whether the memory is a file's, or may be: then {@link MappedFiles#throwFault} follows each access, and the C
     * library, which would end the process, copies nothing.
     */
    public final boolean mayFault;

    /** Windows bound now. */
    public final AtomicInteger windows = new AtomicInteger();

    /** Creates a region, of memory that {@link Registrable} allows, that {@link KeyTable#put} makes findable. */
    public Region(Domain domain, MemorySegment segment, int access, int key, boolean mayFault) throws IOException {
        super(domain.device(), segment, access, key, key, key >>> 8);
        this.domain = domain;
        this.permissions = access;
        this.base = segment.address();
        this.size = segment.byteSize();
        this.fixedKey = key;
        this.memory = segment;
        this.mayFault = mayFault;
    }

    /**
     * Copies from the region; the caller has checked the range. An arena of the memory cannot be closed meanwhile, so
     * deregistering has to wait for who copies.
     *
     * @return false if the memory was freed, or its file truncated, under its registration
     */
    public boolean read(long address, MemorySegment to, long offset, long length) {
        return copy(memory, address - base, to, offset, length);
    }

    /** As {@link #read}, into the region. */
    public boolean write(long address, MemorySegment from, long offset, long length) {
        return copy(from, offset, memory, address - base, length);
    }

    private boolean copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long length) {
        if (mayFault) {
            return Memory.copy(from, fromOffset, to, toOffset, length, true);
        }
        try {
            BulkCopy.copy(from, fromOffset, to, toOffset, length);
            return true;
        } catch (IllegalStateException freed) {
            return false;
        }
    }

    /**
     * Whether the kernel may read the memory in place of {@link #read}: it is there now, and no file's. Who lets it has to
     * pass {@link #memory} with the call, so that its arena is not closed meanwhile.
     */
    public boolean isLendable() {
        return !mayFault && memory.scope().isAlive();
    }

    /** Whether {@link #read} would not fail now: for who has to tell which of two memories was at fault. */
    public boolean isThere(long address, long length) {
        try {
            for (long at = address - base, end = at + length; at < end; at = (at / PAGE + 1) * PAGE) {
                memory.get(ValueLayout.JAVA_BYTE, at);
            }
            MappedFiles.throwFault();
            return true;
        } catch (IllegalStateException | InternalError gone) {
            return false;
        }
    }

    /** Stores eight bytes in host byte order, at any address; as {@link #write}. */
    public boolean writeLong(long address, long value) {
        try {
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, address - base, value);
            if (mayFault) {
                MappedFiles.throwFault();
            }
            return true;
        } catch (IllegalStateException | InternalError gone) {
            return false;
        }
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
