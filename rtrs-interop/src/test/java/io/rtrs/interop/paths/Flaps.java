package io.rtrs.interop.paths;

/** How often the links of the emulated machine go and come back, which takes long there. */
final class Flaps {
    private Flaps() {}

    /** What the variable asks for, or else so often; the guest has every variable of the host that begins with RTRS_. */
    static int count(String variable, int otherwise) {
        String asked = System.getenv(variable);
        return asked == null ? otherwise : Integer.parseInt(asked);
    }
}
