package io.rtrs.server.request;

import com.ibm.disni.verbs.IbvPd;
import io.rtrs.core.error.Errno;
import io.rtrs.core.memory.Slab;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A registration of each chunk by itself, which ends when a request for the chunk arrives and is made anew for its answer:
 * what always-invalidate is on a device without windows. Two calls of the device for each request.
 *
 * <p><b>Ownership:</b> of the registrations; the memory is the path's, and has a registration of its own for what the
 * server sends. <b>Threading:</b> a chunk's by whoever has its operation; different chunks at once. <b>Allocation:</b> each
 * registration.
 */
final class ChunkRegions {
    private final ExtendedVerbs verbs;
    private final IbvPd pd;
    private final MemorySegment memory;
    private final int chunkSize;
    private final @Nullable MemoryRegion[] regions;

    ChunkRegions(ExtendedVerbs verbs, IbvPd pd, MemorySegment memory, int chunkSize) {
        this.verbs = verbs;
        this.pd = pd;
        this.memory = memory;
        this.chunkSize = chunkSize;
        this.regions = new MemoryRegion[(int) (memory.byteSize() / chunkSize)];
    }

    /** Makes the client's key of a chunk that has none; 0 or an errno. */
    int register(int bufferId) {
        if (regions[bufferId] != null) {
            throw new IllegalStateException("buffer " + bufferId + " is registered");
        }
        try {
            MemorySegment chunk = memory.asSlice((long) bufferId * chunkSize, chunkSize);
            regions[bufferId] = verbs.regMr(pd, chunk, Slab.REMOTE_WRITE);
            return 0;
        } catch (IOException e) {
            return errno(e);
        } catch (OutOfMemoryError e) {
            return Errno.ENOMEM;
        }
    }

    /** Ends the client's key of a chunk; 0 or an errno. */
    int deregister(int bufferId) {
        MemoryRegion region = regions[bufferId];
        if (region == null) {
            return 0;
        }
        try {
            region.deregMr().execute().free();
            regions[bufferId] = null;
            return 0;
        } catch (IOException e) {
            return errno(e);
        }
    }

    /** The key that was made last. */
    int rkey(int bufferId) {
        MemoryRegion region = regions[bufferId];
        if (region == null) {
            throw new IllegalStateException("buffer " + bufferId + " is not registered");
        }
        return region.getRkey();
    }

    /** Ends all; after the queue pairs are destroyed. */
    void close() throws IOException {
        List<Closing> all = new ArrayList<>();
        for (int i = 0; i < regions.length; i++) {
            int bufferId = i;
            all.add(() -> {
                int errno = deregister(bufferId);
                if (errno != 0) {
                    throw new VerbsException("deregistering buffer " + bufferId, errno);
                }
            });
        }
        Closing.each(all);
    }

    private static int errno(IOException e) {
        return e instanceof VerbsException verbs && verbs.errno() > 0 ? verbs.errno() : Errno.EIO;
    }
}
