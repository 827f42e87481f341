package io.rtrs.soft.roce.cm;

/**
 * Path MTUs and their codes: 1 is 256, 5 is 4096 (spec/rocev2.md 11.1). 6, which the specification reserves, is 8192; it
 * never leaves the machine (docs/softroce.md).
 */
public final class PathMtu {
    private static final int SMALLEST = 256;
    private static final int CODES = 6;

    private PathMtu() {}

    /** The code of a path MTU in bytes. */
    public static int code(int bytes) {
        for (int code = 1; code <= CODES; code++) {
            if (bytes(code) == bytes) {
                return code;
            }
        }
        throw new IllegalArgumentException(bytes + " bytes are no path MTU: 256, 512, 1024, 2048, 4096, 8192");
    }

    /** Whether there is a path MTU with this code. */
    public static boolean isCode(int code) {
        return code >= 1 && code <= CODES;
    }

    /** The bytes of a code. */
    public static int bytes(int code) {
        return SMALLEST << (code - 1);
    }
}
