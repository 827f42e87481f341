package io.rtrs.interop.paths;

/** How often the links of the emulated machine go and come back, which takes long there. */
final class Flaps {
    /** The guest has every variable of the host that begins so. */
    private static final String ASKED = "RTRS_PATHS_CUTS";

    private Flaps() {}

    /** What was asked for, or else so often. */
    static int count(int otherwise) {
        String asked = System.getenv(ASKED);
        return asked == null ? otherwise : Integer.parseInt(asked);
    }
}
