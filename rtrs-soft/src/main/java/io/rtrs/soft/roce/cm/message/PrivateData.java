package io.rtrs.soft.roce.cm.message;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The bytes that a consumer sends along with a message; immutable. They travel in the full length of their field, zero
 * filled: the receiver cannot tell how long they were (spec/rocev2.md 11.3).
 */
public final class PrivateData {
    /** None. */
    public static final PrivateData EMPTY = new PrivateData(new byte[0]);

    private final byte[] bytes;

    private PrivateData(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of the bytes. */
    public static PrivateData of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new PrivateData(bytes.clone());
    }

    /** The bytes of a field. */
    static PrivateData get(MemorySegment segment, long offset, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
        return new PrivateData(bytes);
    }

    /** Writes the bytes; the field has room for {@code limit} and is zero. */
    void put(MemorySegment segment, long offset, int limit) {
        if (bytes.length > limit) {
            throw new IllegalArgumentException("private data of " + bytes.length + " bytes; at most " + limit + " fit");
        }
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    /** How many bytes there are. */
    public int length() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** A copy of the bytes from {@code from} on. */
    public PrivateData from(int from) {
        return new PrivateData(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PrivateData data && Arrays.equals(bytes, data.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
