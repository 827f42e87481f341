package io.rtrs.soft.iwarp.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The TCP streams of the captures in the test resources: what each end sent, in order, without what was sent twice. */
public final class Conversations {
    /** The files, without folder and ending. */
    public static final List<String> NAMES = List.of(
            "edge",
            "edge2",
            "ops",
            "perf_read",
            "perf_send",
            "perf_write",
            "private",
            "reject",
            "rping_v4",
            "rping_v6",
            "rtrs",
            "rtrs6",
            "term_access",
            "term_badinv",
            "term_badkey",
            "term_bounds",
            "term_exit",
            "term_ird0",
            "term_keybyte",
            "term_lbad",
            "term_lbadread",
            "term_norecv",
            "term_raccess",
            "term_rbadkey",
            "term_rbounds",
            "term_sinv",
            "term_toolong",
            "term_toolong2");

    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int ETHERNET_HEADER = 14;
    private static final int STARTUP_HEADER = 20;
    private static final int C = 0x40;

    /**
     * What one end sent.
     *
     * @param name of the file and the number of the TCP stream in it: {@code edge#3}
     * @param initiator whether it sent the MPA request
     * @param startup its startup frame
     * @param fpdus its FPDUs, whole
     * @param rest what is behind them and is no whole FPDU
     * @param crc whether CRCs were on
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    public record Half(String name, boolean initiator, byte[] startup, List<byte[]> fpdus, byte[] rest, boolean crc) {}

    private static final class Direction {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean begun;
        int next;

        void segment(int sequence, boolean syn, byte[] data) {
            if (syn || !begun) {
                begun = true;
                next = syn ? sequence + 1 : sequence;
            }
            int known = next - sequence;
            if (!syn && known >= 0 && known < data.length) {
                bytes.write(data, known, data.length - known);
                next += data.length - known;
            }
        }
    }

    private Conversations() {}

    /** All halves of a file, in which somebody sent a startup frame. */
    public static List<Half> read(String name) {
        Map<String, List<Direction>> streams = streams(name);
        List<Half> halves = new ArrayList<>();
        int number = 0;
        for (List<Direction> stream : streams.values()) {
            byte[] first = stream.get(0).bytes.toByteArray();
            byte[] second = stream.get(1).bytes.toByteArray();
            boolean crc = asksForCrc(first) || asksForCrc(second);
            for (int i = 0; i < 2; i++) {
                byte[] bytes = i == 0 ? first : second;
                if (startupLength(bytes) > 0) {
                    halves.add(half(name + "#" + number, i == 0, bytes, crc));
                }
            }
            number++;
        }
        return halves;
    }

    private static Half half(String name, boolean initiator, byte[] bytes, boolean crc) {
        int at = startupLength(bytes);
        byte[] startup = Arrays.copyOf(bytes, at);
        List<byte[]> fpdus = new ArrayList<>();
        while (bytes.length - at >= Fpdu.LENGTH) {
            int ulpdu = ByteBuffer.wrap(bytes).getShort(at) & 0xFFFF;
            int size = Fpdu.size(ulpdu);
            if (ulpdu < TaggedHeader.SIZE || bytes.length - at < size) {
                break;
            }
            fpdus.add(Arrays.copyOfRange(bytes, at, at + size));
            at += size;
        }
        return new Half(name, initiator, startup, fpdus, Arrays.copyOfRange(bytes, at, bytes.length), crc);
    }

    private static boolean asksForCrc(byte[] bytes) {
        return startupLength(bytes) > 0 && (bytes[16] & C) != 0;
    }

    private static int startupLength(byte[] bytes) {
        if (bytes.length < STARTUP_HEADER || bytes[0] != 'M' || bytes[1] != 'P' || bytes[2] != 'A') {
            return 0;
        }
        return Math.min(bytes.length, STARTUP_HEADER + (ByteBuffer.wrap(bytes).getShort(18) & 0xFFFF));
    }

    private static Map<String, List<Direction>> streams(String name) {
        String resource = "/iwarp/" + name + ".pcap";
        ByteBuffer file;
        try (InputStream in = Objects.requireNonNull(Conversations.class.getResourceAsStream(resource), resource)) {
            file = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
        Map<String, List<Direction>> streams = new LinkedHashMap<>();
        int at = FILE_HEADER;
        while (at < file.limit()) {
            int size = file.getInt(at + 8);
            ByteBuffer frame = file.slice(at + RECORD_HEADER + ETHERNET_HEADER, size - ETHERNET_HEADER);
            packet(frame.order(ByteOrder.BIG_ENDIAN), streams);
            at += RECORD_HEADER + size;
        }
        return streams;
    }

    private static void packet(ByteBuffer ip, Map<String, List<Direction>> streams) {
        boolean v4 = ip.get(0) >> 4 == 4;
        int protocol = ip.get(v4 ? 9 : 6);
        if (protocol != 6) {
            return;
        }
        int tcp = v4 ? (ip.get(0) & 0xF) * 4 : 40;
        int total = v4 ? ip.getShort(2) & 0xFFFF : 40 + (ip.getShort(4) & 0xFFFF);
        int data = tcp + (ip.get(tcp + 12) >> 4 & 0xF) * 4;
        boolean syn = (ip.get(tcp + 13) & 2) != 0;
        String from = address(ip, v4 ? 12 : 8, v4 ? 4 : 16) + "/" + ip.getShort(tcp);
        String to = address(ip, v4 ? 16 : 24, v4 ? 4 : 16) + "/" + ip.getShort(tcp + 2);
        boolean first = !streams.containsKey(to + " " + from);
        List<Direction> stream = first
                ? streams.computeIfAbsent(from + " " + to, key -> List.of(new Direction(), new Direction()))
                : Objects.requireNonNull(streams.get(to + " " + from));
        byte[] payload = new byte[total - data];
        ip.get(data, payload);
        stream.get(first ? 0 : 1).segment(ip.getInt(tcp + 4), syn, payload);
    }

    private static String address(ByteBuffer ip, int at, int length) {
        byte[] bytes = new byte[length];
        ip.get(at, bytes);
        return Arrays.toString(bytes);
    }
}
