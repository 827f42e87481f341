package io.rtrs.soft.memory;

/** Why a peer may not use memory as it asked to. */
public enum Refusal {
    /** Nothing has the key, or it is not valid any more. */
    INVALID,
    /** The key is of another protection domain, or of another queue pair. */
    NOT_ASSOCIATED,
    /** Not this access. */
    ACCESS,
    /** Address and length wrap. */
    WRAP,
    /** It reaches beyond the memory. */
    BOUNDS;

    /** Of a key that is valid, in the order in which it is checked (spec/iwarp.md 15). */
    public static Refusal of(boolean associated, boolean allowed, long address, long length) {
        if (!associated) {
            return NOT_ASSOCIATED;
        }
        if (!allowed) {
            return ACCESS;
        }
        boolean wraps = length != 0 && Long.compareUnsigned(address + length - 1, address) < 0;
        return wraps ? WRAP : BOUNDS;
    }
}
