package io.rtrs.soft.iwarp.startup;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Startup frames as bytes, and how a test gives them to a machine. */
final class Frames {
    /** What kills a siw: more private data in a reply than this. */
    static final int SIW_TAKES = 256;

    private Frames() {}

    /** A captured frame. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Captured(String file, int stream, StartupFrame.Kind kind, byte[] bytes) {
        @Override
        public String toString() {
            return file + " stream " + stream + " " + kind;
        }
    }

    /** All that were captured of siw. */
    static List<Captured> captured() throws IOException {
        try (InputStream in = Objects.requireNonNull(Frames.class.getResourceAsStream("/iwarp/startup-frames.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Frames::captured)
                    .toList();
        }
    }

    private static Captured captured(String line) {
        String[] words = line.split(" ");
        StartupFrame.Kind kind = words[2].equals("request") ? StartupFrame.Kind.REQUEST : StartupFrame.Kind.REPLY;
        return new Captured(words[0], Integer.parseInt(words[1]), kind, hex(words[3]));
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /** A request with these flags, revision and private data, the enhanced data among it. */
    static byte[] request(int flags, int revision, String data) {
        return frame("MPA ID Req Frame", flags, revision, hex(data));
    }

    /** A reply. */
    static byte[] reply(int flags, int revision, String data) {
        return frame("MPA ID Rep Frame", flags, revision, hex(data));
    }

    static byte[] frame(String key, int flags, int revision, byte[] data) {
        byte[] frame = new byte[20 + data.length];
        System.arraycopy(key.getBytes(StandardCharsets.US_ASCII), 0, frame, 0, 16);
        frame[16] = (byte) flags;
        frame[17] = (byte) revision;
        frame[18] = (byte) (data.length >> 8);
        frame[19] = (byte) data.length;
        System.arraycopy(data, 0, frame, 20, data.length);
        return frame;
    }

    /** Memory for a machine to read a frame into, full of something else. */
    static MemorySegment room() {
        return MemorySegment.ofArray(new byte[StartupFrame.MOST_BYTES]).fill((byte) 0xA5);
    }

    /** Gives a machine bytes in pieces of at most so many; returns how many it took. */
    static int feed(Startup machine, byte[] bytes, int atOnce) {
        int at = 0;
        while (at < bytes.length && machine.wanted() > 0) {
            int now = Math.min(Math.min(atOnce, machine.wanted()), bytes.length - at);
            MemorySegment.copy(bytes, at, machine.room(), ValueLayout.JAVA_BYTE, machine.at(), now);
            machine.arrived(now);
            at += now;
        }
        return at;
    }

    static Initiator initiator(Offer offer, byte[] data) {
        return new Initiator(offer, data, room(), Initiator.PATIENCE_NS);
    }

    static Responder responder(Offer offer) {
        return new Responder(offer, room(), Responder.PATIENCE_NS);
    }

    /** Without CRC, a client as RTRS's: no reads, peers, immediates. */
    static Offer offer() {
        return new Offer(3, 2, false, true, true);
    }
}
