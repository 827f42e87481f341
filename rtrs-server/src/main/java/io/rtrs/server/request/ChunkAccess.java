package io.rtrs.server.request;

import io.rtrs.core.memory.Slab;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.verbs.DeviceAttr;

/** How a client reaches the chunks of a path, and so what their memory is registered for. */
enum ChunkAccess {
    /** Mode N: by keys that last. */
    OPEN(Slab.REMOTE_WRITE),
    /** Mode Y: through a window of type 1 over each chunk, which is bound anew for each request. */
    WINDOWS(Slab.WINDOWS),
    /** Mode Y on a device without them: through a registration of each chunk, which is made anew for each request. */
    REGIONS(Slab.LOCAL);

    private final int flags;

    ChunkAccess(int flags) {
        this.flags = flags;
    }

    static ChunkAccess of(DeviceAttr device, ServerConfig config) {
        if (!config.alwaysInvalidate()) {
            return OPEN;
        }
        return device.windowType1() && device.maxMw() >= config.queueDepth() ? WINDOWS : REGIONS;
    }

    /** What the memory of all chunks is registered for. */
    int flags() {
        return flags;
    }
}
