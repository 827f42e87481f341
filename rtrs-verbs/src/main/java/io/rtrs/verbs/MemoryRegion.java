package io.rtrs.verbs;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvMr;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A registered region with a length of 64 bits and its memory.
 *
 * <p><b>Ownership:</b> the memory belongs to whoever allocated it and must outlive the registration: first every queue
 * pair that may reach the region is drained, then {@code deregMr().execute()}, then the arena is closed. {@link
 * #getLength()} of DiSNI saturates at {@link Integer#MAX_VALUE}.
 */
public abstract class MemoryRegion extends IbvMr {
    private final MemorySegment segment;

    /** Called by providers. */
    protected MemoryRegion(IbvContext context, MemorySegment segment, int access, int lkey, int rkey, int handle)
            throws IOException {
        super(
                context,
                segment.address(),
                (int) Math.min(segment.byteSize(), Integer.MAX_VALUE),
                access,
                lkey,
                rkey,
                handle);
        this.segment = segment;
    }

    /** The registered memory. */
    public final MemorySegment segment() {
        return segment;
    }
}
