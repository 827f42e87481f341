package io.rtrs.soft.iwarp.startup;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A request or a reply (spec/iwarp.md 2).
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> private data is copied in and out.
 */
public final class StartupFrame {
    /** Bytes before the private data. */
    public static final int HEADER = 20;

    /** The most private data that a frame may carry, the enhanced data among it. */
    public static final int MOST_DATA = 512;

    /** The longest frame. */
    public static final int MOST_BYTES = HEADER + MOST_DATA;

    /**
     * The most private data in a frame to a peer that did not announce itself as one of this project, the enhanced data among
     * it: more in a reply ends the kernel of a siw (spec/iwarp.md 2).
     */
    public static final int MOST_DATA_TO_OTHERS = 256;

    /** M: the sender wants markers in what it receives. */
    public static final int MARKERS = 0x80;

    /** C: the sender wants CRCs. */
    public static final int CRC = 0x40;

    /** R: refused. */
    public static final int REJECTED = 0x20;

    /** S: the private data begins with {@link Enhanced}. */
    public static final int ENHANCED = 0x10;

    /** Reserved bit in a request of this project: it understands immediates (spec/iwarp.md 13.2). */
    public static final int OFFERS_IMMEDIATES = 0x02;

    /** Reserved bit in a reply of this project, where the other is clear: so does who answers. */
    public static final int AGREES_TO_IMMEDIATES = 0x01;

    /** The newest revision, the first with enhanced data. */
    public static final int REVISION = 2;

    private static final int KEY = 16;
    private static final int FLAGS = 16;
    private static final int REVISION_AT = 17;
    private static final int LENGTH = 18;

    /** Which of the two frames it is; its key says so. */
    public enum Kind {
        /** The initiator's. */
        REQUEST("MPA ID Req Frame"),
        /** The responder's. */
        REPLY("MPA ID Rep Frame");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        /** Whether bytes of a frame, from its first on, can be this kind's. */
        boolean begins(byte[] bytes, int count) {
            for (int i = 0; i < Math.min(count, KEY); i++) {
                if (bytes[i] != key.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final Kind kind;
    private final int flags;
    private final int revision;
    private final @Nullable Enhanced enhanced;
    private final byte[] data;

    /**
     * A frame to be sent, or one that was read.
     *
     * @param flags M, C, R and reserved bits; S follows from {@code enhanced}
     * @param data the consumer's private data, without the enhanced
     */
    StartupFrame(Kind kind, int flags, int revision, @Nullable Enhanced enhanced, byte[] data) {
        this.kind = kind;
        this.flags = enhanced == null ? flags & ~ENHANCED : flags | ENHANCED;
        this.revision = revision;
        this.enhanced = enhanced;
        this.data = data.clone();
        if (dataBytes() > MOST_DATA) {
            throw new IllegalArgumentException("private data of " + dataBytes() + " bytes; at most " + MOST_DATA);
        }
    }

    /** The bytes of private data that the header of a frame announces. */
    static int announced(byte[] header) {
        return Short.toUnsignedInt(ByteBuffer.wrap(header).getShort(LENGTH));
    }

    /**
     * Decodes a whole frame.
     *
     * @return null if it is malformed: another key, private data too long, or too short for the enhanced data
     */
    static @Nullable StartupFrame decode(Kind kind, byte[] bytes) {
        if (bytes.length < HEADER || !kind.begins(bytes, KEY)) {
            return null;
        }
        int announced = announced(bytes);
        if (announced > MOST_DATA || bytes.length != HEADER + announced) {
            return null;
        }
        int revision = Byte.toUnsignedInt(bytes[REVISION_AT]);
        int flags = Byte.toUnsignedInt(bytes[FLAGS]);
        if ((flags & ENHANCED) == 0 || revision < REVISION) {
            return new StartupFrame(kind, flags, revision, null, tail(bytes, HEADER));
        }
        if (announced < Enhanced.BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Enhanced enhanced = Enhanced.of(
                Short.toUnsignedInt(in.getShort(HEADER)), Short.toUnsignedInt(in.getShort(HEADER + Short.BYTES)));
        return new StartupFrame(kind, flags, revision, enhanced, tail(bytes, HEADER + Enhanced.BYTES));
    }

    private static byte[] tail(byte[] bytes, int from) {
        byte[] tail = new byte[bytes.length - from];
        System.arraycopy(bytes, from, tail, 0, tail.length);
        return tail;
    }

    /** Its bytes on the wire. */
    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(HEADER + dataBytes());
        out.put(kind.key.getBytes(StandardCharsets.US_ASCII))
                .put((byte) flags)
                .put((byte) revision)
                .putShort((short) dataBytes());
        if (enhanced != null) {
            out.putShort((short) enhanced.first()).putShort((short) enhanced.second());
        }
        return out.put(data).array();
    }

    private int dataBytes() {
        return data.length + (enhanced == null ? 0 : Enhanced.BYTES);
    }

    /** Whether a flag is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The revision of the protocol. */
    public int revision() {
        return revision;
    }

    /** The enhanced data; null if it has none. */
    public @Nullable Enhanced enhanced() {
        return enhanced;
    }

    /** The consumer's private data, in its exact length. */
    public byte[] data() {
        return data.clone();
    }

    @Override
    public String toString() {
        return kind + " revision " + revision + " flags " + Integer.toHexString(flags) + " " + enhanced + " and "
                + data.length + " bytes";
    }
}
