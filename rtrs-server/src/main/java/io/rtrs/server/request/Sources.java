package io.rtrs.server.request;

import com.ibm.disni.verbs.IbvPd;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.MemoryRegion;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The handler's memory that the answers of one path may be sent from, registered for local reading alone.
 *
 * <p><b>Ownership:</b> of the registrations, not of the memory. <b>Threading:</b> immutable. <b>Allocation:</b> none after
 * construction.
 */
final class Sources {
    /** {@link #find}: in none of them. */
    static final int NONE = -1;

    private final MemoryRegion[] regions;

    private Sources(List<MemoryRegion> regions) {
        this.regions = regions.toArray(MemoryRegion[]::new);
    }

    /** Registers all; nothing is left behind if one is refused. */
    static Sources register(ExtendedVerbs verbs, IbvPd pd, List<MemorySegment> memory) throws IOException {
        List<MemoryRegion> regions = new ArrayList<>();
        try {
            for (MemorySegment segment : memory) {
                regions.add(verbs.regMr(pd, segment, 0));
            }
            return new Sources(regions);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            try {
                new Sources(regions).close();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /** Which of them holds {@code length} bytes at an address, or {@link #NONE}. */
    int find(long address, long length) {
        for (int i = 0; i < regions.length; i++) {
            MemorySegment segment = regions[i].segment();
            long offset = address - segment.address();
            if (offset >= 0 && offset <= segment.byteSize() - length) {
                return i;
            }
        }
        return NONE;
    }

    /** The local key of one. */
    int lkey(int index) {
        return regions[index].getLkey();
    }

    /** Deregisters; after the queue pairs are destroyed. */
    void close() throws IOException {
        List<Closing> all = new ArrayList<>();
        for (MemoryRegion region : regions) {
            all.add(() -> region.deregMr().execute().free());
        }
        try {
            Closing.each(all);
        } catch (IOException e) {
            throw new IOException("deregistering what answers are sent from: " + e.getMessage(), e);
        }
    }
}
