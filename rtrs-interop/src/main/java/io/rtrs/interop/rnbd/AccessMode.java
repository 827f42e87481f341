package io.rtrs.interop.rnbd;

import java.util.Optional;

/** How a client opens a device (spec/rnbd.md 3.5). */
public enum AccessMode {
    READ_ONLY(0),
    READ_WRITE(1),
    MIGRATION(2);

    private final int wire;

    AccessMode(int wire) {
        this.wire = wire;
    }

    /** The number on the wire. */
    public int wire() {
        return wire;
    }

    /** The mode with that number on the wire. */
    static Optional<AccessMode> of(int wire) {
        for (AccessMode mode : values()) {
            if (mode.wire == wire) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }
}
