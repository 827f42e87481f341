package io.rtrs.soft.iwarp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** The values of spec/iwarp.md 24. */
class TestValuesTest {
    private static final HexFormat HEX = HexFormat.of();

    private static byte[] hex(String text) {
        return HEX.parseHex(text.replace(" ", ""));
    }

    /** A buffer of so many bytes, each {@code 0xa5}. */
    private static MemorySegment dirty(int bytes) {
        return MemorySegment.ofArray(new byte[bytes]).fill((byte) 0xa5);
    }

    private static String text(MemorySegment segment) {
        return HEX.formatHex(segment.toArray(Layouts.U8));
    }

    private static int crcOf(byte[] bytes, int length) {
        return new FpduCrc(MemorySegment.ofArray(bytes)).of(0, length);
    }

    @Test
    void theChecksumOfTheDigits() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(crcOf(digits, digits.length)).isEqualTo(0xE306_9283);
        MemorySegment stored = dirty(4);
        stored.set(Layouts.CRC, 0, 0xE306_9283);
        assertThat(text(stored)).isEqualTo("839206e3");
    }

    // spec/iwarp.md 25.27: the two examples of RFC 5044, whose markers are part of what is summed
    @Test
    void theExamplesOfTheRfc() {
        byte[] leading = hex("00000000 002a4143 00000000 00000000 00000001 00000000 " + "00".repeat(24) + "52239983");
        byte[] inside = hex("002a4143 00000000 00000000 00000002 00000000 00000014 " + "00".repeat(24) + "84925898");
        assertThat(crcOf(leading, 48)).isEqualTo(0x8399_2352);
        assertThat(crcOf(inside, 48)).isEqualTo(0x9858_9284);
        assertThat(MemorySegment.ofArray(leading).get(Layouts.CRC, 48)).isEqualTo(0x8399_2352);
    }

    // spec/iwarp.md 25.27: siw's own
    @Test
    void sendsWithAChecksum() {
        for (List<Object> each : List.of(List.<Object>of(1, "f79448e2"), List.<Object>of(2, "58dc3eb3"))) {
            MemorySegment fpdu = dirty(Fpdu.size(26));
            Fpdu.putUlpdu(fpdu, 0, 26);
            UntaggedHeader.put(fpdu, 2, RdmapOpcode.SEND, true, 0, (int) each.get(0), 0);
            MemorySegment.copy(MemorySegment.ofArray(hex("00070e151c232a31")), 0, fpdu, 20, 8);
            Fpdu.putTrailer(fpdu, 28, 26);
            new FpduCrc(fpdu).seal(0);
            assertThat(text(fpdu))
                    .isEqualTo("001a4143" + "00000000" + "00000000" + "0000000" + each.get(0) + "00000000"
                            + "00070e151c232a31" + each.get(1));
            assertThat(new FpduCrc(fpdu).isIntact(0)).isTrue();
        }
    }

    @Test
    void aReadRequest() {
        MemorySegment fpdu = dirty(Fpdu.size(46));
        Fpdu.putUlpdu(fpdu, 0, 46);
        UntaggedHeader.put(fpdu, 2, RdmapOpcode.READ_REQUEST, true, 0, 1, 0);
        ReadRequest.put(fpdu, 2 + ReadRequest.AT, 0x20277600, 0x56007ddd2560L, 64, 0x1e5bbe00, 0x55ad8ddf5b90L);
        Fpdu.putTrailer(fpdu, 48, 46);
        assertThat(text(fpdu))
                .isEqualTo("002e4141" + "00000000" + "00000001" + "00000001" + "00000000" + "20277600"
                        + "000056007ddd2560" + "00000040" + "1e5bbe00" + "000055ad8ddf5b90" + "00000000");
    }

    // spec/iwarp.md 25.42: the immediate in the first four bytes, big endian
    @Test
    void immediateData() {
        MemorySegment fpdu = dirty(Fpdu.size(26));
        Fpdu.putUlpdu(fpdu, 0, 26);
        UntaggedHeader.put(fpdu, 2, RdmapOpcode.IMMEDIATE, true, 0, 3, 0);
        ImmediateData.put(fpdu, 2 + ImmediateData.AT, 0xCAFE_0001);
        Fpdu.putTrailer(fpdu, 28, 26);
        assertThat(text(fpdu))
                .isEqualTo("001a4148" + "00000000" + "00000000" + "00000003" + "00000000" + "cafe0001" + "00000000"
                        + "00000000");
        assertThat(ImmediateData.immediate(fpdu, 20)).isEqualTo(0xCAFE_0001);
    }

    // spec/iwarp.md 25.48: the layout of both atomics and of their answer
    @Test
    void atomics() {
        MemorySegment add = dirty(AtomicRequest.END);
        UntaggedHeader.put(add, 0, RdmapOpcode.ATOMIC_REQUEST, true, 0, 2, 0);
        AtomicRequest.putAdd(add, 0, 7, 0x12345678, 0x1000, 5);
        assertThat(text(add))
                .isEqualTo("414a" + "00000000" + "00000001" + "00000002" + "00000000" + "00000000" + "00000007"
                        + "12345678" + "0000000000001000" + "0000000000000005" + "0".repeat(48));
        MemorySegment swap = dirty(AtomicRequest.END);
        UntaggedHeader.put(swap, 0, RdmapOpcode.ATOMIC_REQUEST, true, 0, 3, 0);
        AtomicRequest.putSwap(swap, 0, 8, 0x12345678, 0x1008, 1, 2);
        assertThat(text(swap))
                .isEqualTo("414a" + "00000000" + "00000001" + "00000003" + "00000000" + "00000002" + "00000008"
                        + "12345678" + "0000000000001008" + "0000000000000002" + "f".repeat(16) + "0000000000000001"
                        + "f".repeat(16));
        MemorySegment answer = dirty(AtomicResponse.END);
        UntaggedHeader.put(answer, 0, RdmapOpcode.ATOMIC_RESPONSE, true, 0, 1, 0);
        AtomicResponse.put(answer, 0, 8, 0x0102030405060708L);
        assertThat(text(answer))
                .isEqualTo(
                        "414b" + "00000000" + "00000003" + "00000001" + "00000000" + "00000008" + "0102030405060708");
    }

    // spec/iwarp.md 25.21
    @Test
    void padsAndSizes() {
        int[][] pads = {
            {14, 0}, {15, 3}, {16, 2}, {17, 1}, {18, 0}, {22, 0}, {26, 0}, {34, 0}, {46, 0}, {1442, 0}, {65535, 3}
        };
        for (int[] each : pads) {
            assertThat(Fpdu.pad(each[0])).as("pad of %d", each[0]).isEqualTo(each[1]);
            assertThat(Fpdu.size(each[0]) % 4).isZero();
        }
        assertThat(Fpdu.size(15)).isEqualTo(24);
        assertThat(Fpdu.size(17)).isEqualTo(24);
        assertThat(Fpdu.size(18)).isEqualTo(24);
        assertThat(Fpdu.size(26)).isEqualTo(32);
        assertThat(Fpdu.ulpduOf(1448)).isEqualTo(1442);
        assertThat(Fpdu.size(Fpdu.ulpduOf(1448))).isEqualTo(1448);
        assertThat(Fpdu.size(Fpdu.ulpduOf(65480))).isEqualTo(65480);
        assertThat(Fpdu.ulpduOf(1 << 20)).isEqualTo(65534);
    }

    // spec/iwarp.md 25.30
    @Test
    void controlBytes() {
        assertThat(control(RdmapOpcode.WRITE, false)).isEqualTo("8140");
        assertThat(control(RdmapOpcode.WRITE, true)).isEqualTo("c140");
        assertThat(control(RdmapOpcode.READ_REQUEST, true)).isEqualTo("4141");
        assertThat(control(RdmapOpcode.READ_RESPONSE, false)).isEqualTo("8142");
        assertThat(control(RdmapOpcode.READ_RESPONSE, true)).isEqualTo("c142");
        assertThat(control(RdmapOpcode.SEND, false)).isEqualTo("0143");
        assertThat(control(RdmapOpcode.SEND, true)).isEqualTo("4143");
        assertThat(control(RdmapOpcode.SEND_INVALIDATE, true)).isEqualTo("4144");
        assertThat(control(RdmapOpcode.SEND_SOLICITED, true)).isEqualTo("4145");
        assertThat(control(RdmapOpcode.SEND_SOLICITED_INVALIDATE, true)).isEqualTo("4146");
        assertThat(control(RdmapOpcode.TERMINATE, true)).isEqualTo("4147");
        assertThat(control(RdmapOpcode.IMMEDIATE, true)).isEqualTo("4148");
        assertThat(control(RdmapOpcode.IMMEDIATE_SOLICITED, true)).isEqualTo("4149");
        assertThat(control(RdmapOpcode.ATOMIC_REQUEST, true)).isEqualTo("414a");
        assertThat(control(RdmapOpcode.ATOMIC_RESPONSE, true)).isEqualTo("414b");
        for (RdmapOpcode opcode : RdmapOpcode.values()) {
            assertThat(RdmapOpcode.of(opcode.control())).isSameAs(opcode);
        }
        assertThat(RdmapOpcode.of(0x4e)).isNull();
        assertThat(RdmapOpcode.of(0x4f)).isNull();
    }

    private static String control(RdmapOpcode opcode, boolean last) {
        MemorySegment control = dirty(2);
        Ddp.putControl(control, 0, opcode, last);
        assertThat(Ddp.isTagged(Ddp.control(control, 0))).isEqualTo(opcode.isTagged());
        assertThat(Ddp.isLast(Ddp.control(control, 0))).isEqualTo(last);
        assertThat(Ddp.isVersionKnown(Ddp.control(control, 0))).isTrue();
        assertThat(Ddp.isRdmapVersionKnown(Ddp.control(control, 0))).isTrue();
        return text(control);
    }

    // spec/iwarp.md 25.51: in the RFC's order
    @Test
    void aTerminateAsWeSendIt() {
        MemorySegment fpdu = dirty(Fpdu.size(TerminateMessage.LEAST));
        Fpdu.putUlpdu(fpdu, 0, TerminateMessage.put(fpdu, 2, TerminateError.CRC));
        Fpdu.putTrailer(fpdu, 24, TerminateMessage.LEAST);
        assertThat(text(fpdu))
                .isEqualTo("00164147" + "00000000" + "00000002" + "00000001" + "00000000" + "20020000" + "00000000");
        MemorySegment tagged = dirty(38);
        int length = TerminateMessage.put(tagged, 0, TerminateError.TAGGED_INVALID_STAG, 114, TaggedHeader.SIZE, false);
        TaggedHeader.put(tagged, TerminateMessage.HEADER, RdmapOpcode.WRITE, true, 0x12345678, 0x1000);
        assertThat(length).isEqualTo(38);
        assertThat(text(tagged))
                .isEqualTo("4147" + "00000000" + "00000002" + "00000001" + "00000000" + "1100c000" + "0072" + "c140"
                        + "12345678" + "0000000000001000");
        MemorySegment read = dirty(70);
        assertThat(TerminateMessage.put(read, 0, TerminateError.REMOTE_BOUNDS, 46, UntaggedHeader.SIZE, true))
                .isEqualTo(TerminateMessage.MOST);
        assertThat(text(read.asSlice(18, 6))).isEqualTo("0101e000002e");
    }

    // spec/iwarp.md 25.52: both orders, and the table of 9.2
    @Test
    void terminatesInBothOrders() {
        assertThat(error("1100c000", false)).isEqualTo(TerminateError.TAGGED_INVALID_STAG);
        assertThat(error("11000300", false)).isEqualTo(TerminateError.TAGGED_INVALID_STAG);
        assertThat(error("1202c000", false)).isEqualTo(TerminateError.NO_BUFFER);
        assertThat(error("21020300", false)).isEqualTo(TerminateError.NO_BUFFER);
        assertThat(error("0101e000", false)).isEqualTo(TerminateError.REMOTE_BOUNDS);
        assertThat(error("10010700", false)).isEqualTo(TerminateError.REMOTE_BOUNDS);
        assertThat(error("20020000", false)).isEqualTo(TerminateError.CRC);
        assertThat(error("02020000", false)).isEqualTo(TerminateError.CRC);
        assertThat(error("00ff0000", false)).isEqualTo(TerminateError.LOCAL_CATASTROPHIC);
        assertThat(error("02060000", false)).isEqualTo(TerminateError.UNEXPECTED_OPCODE);
        assertThat(error("02060000", true)).isEqualTo(TerminateError.INSUFFICIENT_IRD);
        assertThat(error("20060000", false)).isEqualTo(TerminateError.INSUFFICIENT_IRD);
        assertThat(error("20060000", true)).isEqualTo(TerminateError.UNEXPECTED_OPCODE);
        assertThat(error("20050000", true)).isEqualTo(TerminateError.RDMAP_VERSION);
    }

    // spec/iwarp.md 25.52: all of 9.1, as the RFC and as siw sends them
    @Test
    void eachErrorIsReadInTheOrderThatItsFlagsShow() {
        for (TerminateError error : TerminateError.values()) {
            int rfc = error.layer() << 4 | error.type();
            int siw = error.type() << 4 | error.layer();
            String code = String.format("%02x", error.code());
            assertThat(error(String.format("%02x", rfc) + code + "c000", false)).isEqualTo(error);
            assertThat(error(String.format("%02x", siw) + code + "0300", false)).isEqualTo(error);
            assertThat(error(String.format("%02x", siw) + code + "0000", true)).isEqualTo(error);
            assertThat(TerminateError.of(error.layer(), error.type(), error.code()))
                    .isEqualTo(error);
        }
    }

    @Test
    void anUnknownErrorIsToldByItsNumbers() {
        ReceivedTerminate read = read("37090000", false);
        assertThat(read.error()).isNull();
        assertThat(read.describe()).contains("layer 3, type 7, code 9");
        assertThat(read("1202c000", false).describe()).isEqualTo("DDP: no receive is posted (layer 1, type 2, code 2)");
    }

    private static TerminateError error(String bytes, boolean siw) {
        return Objects.requireNonNull(read(bytes, siw).error());
    }

    private static ReceivedTerminate read(String bytes, boolean siw) {
        byte[] ulpdu = Arrays.copyOf(new byte[18], TerminateMessage.LEAST);
        System.arraycopy(hex(bytes), 0, ulpdu, 18, 4);
        return ReceivedTerminate.read(MemorySegment.ofArray(ulpdu), 0, siw);
    }
}
