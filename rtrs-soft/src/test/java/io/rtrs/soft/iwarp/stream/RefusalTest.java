package io.rtrs.soft.iwarp.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.iwarp.wire.AtomicRequest;
import io.rtrs.soft.iwarp.wire.Fpdu;
import io.rtrs.soft.iwarp.wire.Layouts;
import io.rtrs.soft.iwarp.wire.RdmapOpcode;
import io.rtrs.soft.iwarp.wire.ReadRequest;
import io.rtrs.soft.iwarp.wire.TaggedHeader;
import io.rtrs.soft.iwarp.wire.UntaggedHeader;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.work.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** Each row of spec/iwarp.md 15 by hand: the Terminate that answers it, and that no byte was placed. */
// spec/iwarp.md 25.50, 25.51
class RefusalTest {
    private static final int SIZE = 1 << 16;
    private static final byte[] FULL = filled(64);

    private Side side;
    private byte[] before;

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0x77);
        return bytes;
    }

    @BeforeEach
    void connect() throws IOException {
        side = new Side(5, SIZE);
        side.qp.connect(new StreamAttributes(2, 2, false, false, 65535, true, Rtr.NONE, false), 0);
        side.receive(1, 0, 32);
        before = side.bytes(0, SIZE);
    }

    private static byte[] fpdu(int ulpdu, byte[] content) {
        byte[] bytes = new byte[Fpdu.size(ulpdu)];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        Fpdu.putUlpdu(segment, 0, ulpdu);
        System.arraycopy(content, 0, bytes, 2, Math.min(content.length, ulpdu));
        return bytes;
    }

    private static byte[] tagged(RdmapOpcode opcode, boolean last, int stag, long to, byte[] payload) {
        byte[] ulpdu = Arrays.copyOf(new byte[0], TaggedHeader.SIZE + payload.length);
        TaggedHeader.put(MemorySegment.ofArray(ulpdu), 0, opcode, last, stag, to);
        System.arraycopy(payload, 0, ulpdu, TaggedHeader.SIZE, payload.length);
        return fpdu(ulpdu.length, ulpdu);
    }

    private byte[] write(boolean last, int stag, long to, byte[] payload) {
        return tagged(RdmapOpcode.WRITE, last, stag, to, payload);
    }

    private static byte[] untagged(RdmapOpcode opcode, boolean last, int key, int queue, int msn, int mo, byte[] data) {
        byte[] ulpdu = new byte[UntaggedHeader.SIZE + data.length];
        UntaggedHeader.put(MemorySegment.ofArray(ulpdu), 0, opcode, last, key, queue, msn, mo);
        System.arraycopy(data, 0, ulpdu, UntaggedHeader.SIZE, data.length);
        return fpdu(ulpdu.length, ulpdu);
    }

    private static byte[] send(boolean last, int msn, int mo, byte[] data) {
        return untagged(RdmapOpcode.SEND, last, 0, 0, msn, mo, data);
    }

    private static byte[] read(int msn, int length, int stag, long to) {
        byte[] request = new byte[ReadRequest.SIZE];
        ReadRequest.put(MemorySegment.ofArray(request), 0, 5, 6, length, stag, to);
        return untagged(RdmapOpcode.READ_REQUEST, true, 0, 1, msn, 0, request);
    }

    private static byte[] atomic(int operation, int stag, long to) {
        byte[] ulpdu = new byte[AtomicRequest.END];
        MemorySegment segment = MemorySegment.ofArray(ulpdu);
        UntaggedHeader.put(segment, 0, RdmapOpcode.ATOMIC_REQUEST, true, 0, 1, 0);
        AtomicRequest.put(segment, 0, operation, 1, stag, to);
        return fpdu(ulpdu.length, ulpdu);
    }

    private static byte[] with(byte[] fpdu, int at, int value) {
        byte[] changed = fpdu.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private String give(byte[]... fpdus) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] fpdu : fpdus) {
            all.writeBytes(fpdu);
        }
        side.giveAll(all.toByteArray(), 1);
        byte[] said = side.take(1 << 20, 1);
        if (said.length == 0) {
            return "nothing";
        }
        assertThat(side.qp.isOver()).isTrue();
        assertThat(said[3]).isEqualTo((byte) 0x47);
        return HexFormat.of().formatHex(said, 20, 22);
    }

    /** What is said, in hexadecimal: layer, type and code; and nothing was placed. */
    private void refused(String said, byte[]... fpdus) {
        assertThat(give(fpdus)).isEqualTo(said);
        assertThat(side.bytes(0, SIZE)).isEqualTo(before);
        assertThat(side.areCanariesAlive()).isTrue();
        assertThat(side.qp.state()).isEqualTo(QueuePair.State.ERROR);
        assertThat(side.receives).hasSize(1);
        assertThat(side.receives.get(0).status()).isNotZero();
    }

    private int key() {
        return side.region.fixedKey;
    }

    private long base() {
        return side.region.base;
    }

    // spec/iwarp.md 25.24: shorter than its header
    @Test
    void rows1and6TooShort() throws IOException {
        for (int ulpdu : new int[] {0, 1, 2, 4, 17}) {
            connect();
            refused("2003", fpdu(ulpdu, new byte[] {0x41, 0x43}));
        }
        connect();
        refused("2003", fpdu(13, new byte[] {(byte) 0xc1, 0x40}));
        connect();
        refused("2003", fpdu(45, new byte[] {0x41, 0x41}));
        connect();
        refused("0207", untagged(RdmapOpcode.READ_REQUEST, true, 0, 1, 1, 0, new byte[29]));
        connect();
        refused("0207", untagged(RdmapOpcode.IMMEDIATE, true, 0, 0, 1, 0, new byte[9]));
    }

    // spec/iwarp.md 25.29
    @Test
    void rows2and3Versions() throws IOException {
        refused("1206", with(send(true, 1, 0, FULL), 2, 0x40));
        connect();
        refused("1206", with(send(true, 1, 0, FULL), 2, 0x42));
        connect();
        refused("1104", with(write(true, key(), base(), FULL), 2, 0xc0));
        connect();
        refused("0205", with(send(true, 1, 0, FULL), 3, 0x03));
    }

    // spec/iwarp.md 25.37: unknown
    // spec/iwarp.md 25.44: Send with Immediate without agreement
    // spec/iwarp.md 25.36: the T bit
    @Test
    void rows4and5Opcodes() throws IOException {
        for (int control : new int[] {0x4c, 0x4d, 0x4e, 0x4f}) {
            connect();
            refused("0206", with(send(true, 1, 0, FULL), 3, control));
        }
        connect();
        refused("0206", with(send(true, 1, 0, FULL), 2, 0xc1));
        connect();
        refused("0206", with(write(true, key(), base(), FULL), 2, 0x41));
    }

    // spec/iwarp.md 25.27: a flipped bit anywhere
    @Test
    void row7Checksums() throws IOException {
        byte[] good = send(true, 1, 0, new byte[] {1, 2, 3});
        new io.rtrs.soft.iwarp.wire.FpduCrc(MemorySegment.ofArray(good)).seal(0);
        for (int at = 4; at < good.length; at++) {
            connectWithCrc();
            refused("2002", with(good, at, good[at] ^ 1));
        }
        connectWithCrc();
        side.giveAll(good, 1);
        assertThat(side.receives)
                .singleElement()
                .satisfies(done -> assertThat(done.status()).isZero());
    }

    private void connectWithCrc() throws IOException {
        side = new Side(5, SIZE);
        side.qp.connect(new StreamAttributes(2, 2, true, false, 65535, true, Rtr.NONE, false), 0);
        side.receive(1, 0, 32);
    }

    // spec/iwarp.md 25.33: two of a kind
    @Test
    void row8MixedMessages() {
        refused("0206", send(false, 1, 0, new byte[0]), untagged(RdmapOpcode.SEND_SOLICITED, true, 0, 0, 1, 0, FULL));
    }

    // spec/iwarp.md 25.35, 25.34
    @Test
    void rows9and10QueueAndNumber() throws IOException {
        refused("1201", untagged(RdmapOpcode.SEND, true, 0, 5, 1, 0, FULL));
        connect();
        refused("1201", untagged(RdmapOpcode.SEND, true, 0, 1, 1, 0, FULL));
        connect();
        refused("1203", send(true, 7, 0, FULL));
        connect();
        refused("1203", read(5, 8, key(), base()));
    }

    // spec/iwarp.md 25.46: more than IRD
    @Test
    void row12TooManyReads() {
        refused("0207", read(1, 8, key(), base()), read(2, 8, key(), base()), read(3, 8, key(), base()));
    }

    // spec/iwarp.md 25.32: gaps; 25.40: too long
    @Test
    void rows13and14Offsets() throws IOException {
        refused("1204", send(true, 1, 4, new byte[8]));
        connect();
        refused("1204", send(false, 1, 0, new byte[8]), send(true, 1, 12, new byte[8]));
        connect();
        refused("1204", send(false, 1, 0, new byte[8]), send(true, 1, -8, new byte[8]));
        connect();
        refused("1205", send(true, 1, 0, FULL));
        assertThat(side.receives.get(0).status()).isEqualTo(Status.LOC_LEN_ERR);
    }

    // spec/iwarp.md 25.61, 25.62
    @Test
    void rows15to20Writes() throws IOException {
        refused("1100", write(true, 0x12345678, base(), FULL));
        connect();
        refused("1100", write(true, key() ^ 1, base(), FULL));
        connect();
        refused("1101", write(true, key(), base() + SIZE - 63, FULL));
        connect();
        refused("1101", write(true, key(), base() - 1, FULL));
        connect();
        refused("1103", write(true, key(), -8, FULL));
        connect();
        Region readable = side.register(Arena.ofAuto().allocate(64), IbvMr.IBV_ACCESS_REMOTE_READ);
        refused("0102", write(true, readable.fixedKey, readable.base, FULL));
        connect();
        Side other = new Side(6, 4096);
        Region foreign = new Region(other.domain, Arena.ofAuto().allocate(64), Side.ALL, side.keys.reserve(), false);
        side.keys.put(foreign.fixedKey, foreign);
        refused("1102", write(true, foreign.fixedKey, foreign.base, FULL));
    }

    // spec/iwarp.md 25.32: nothing placed from that segment
    @Test
    void row21LaterSegments() throws IOException {
        refused("1101", write(false, key(), base(), new byte[8]), write(true, key(), base() + 16, FULL));
        connect();
        refused("1100", write(false, key(), base(), new byte[8]), write(true, key() ^ 1, base() + 8, FULL));
    }

    // spec/iwarp.md 25.38
    @Test
    void row22AWriteWithoutDataChecksNothing() {
        assertThat(give(write(true, 0, -1, new byte[0]))).isEqualTo("nothing");
        assertThat(side.qp.isConnected()).isTrue();
    }

    // spec/iwarp.md 25.45, 25.62
    @Test
    void rows23to25Reads() throws IOException {
        refused("0100", read(1, 8, 0x12345678, base()));
        connect();
        refused("0101", read(1, 8, key(), base() + SIZE - 7));
        connect();
        refused("0104", read(1, 16, key(), -8));
        connect();
        Region local = side.register(Arena.ofAuto().allocate(64), IbvMr.IBV_ACCESS_LOCAL_WRITE);
        refused("0102", read(1, 8, local.fixedKey, local.base));
    }

    // spec/iwarp.md 25.45: checked again for each piece of the answer
    @Test
    void row26TheKeyDiesWhileItIsRead() throws IOException {
        side.giveAll(read(1, SIZE, key(), base()), 1);
        side.keys.release(key());
        refused("0100");
    }

    // spec/iwarp.md 25.47
    @Test
    void rows27to29Answers() throws IOException {
        refused("0206", tagged(RdmapOpcode.READ_RESPONSE, true, 1, 0, FULL));
        for (Object[] each : new Object[][] {
            {2, 0L, 8, true, "1100"}, {1, 1L, 8, true, "1101"}, {1, 0L, 9, true, "1101"}, {1, 0L, 7, true, "1101"}
        }) {
            connect();
            side.remote(side, 0).post(io.rtrs.verbs.WrOpcode.RDMA_READ, 0, 9, 64, 8);
            side.take(1 << 16, 1);
            byte[] data = Arrays.copyOf(FULL, (int) each[2]);
            refused((String) each[4], tagged(RdmapOpcode.READ_RESPONSE, true, (int) each[0], (long) each[1], data));
            assertThat(side.sends.get(0).status()).isEqualTo(Status.BAD_RESP_ERR);
        }
    }

    @Test
    void rows30and31Atomics() throws IOException {
        refused("0207", atomic(0, key(), base() + 4));
        connect();
        refused("0206", atomic(1, key(), base()));
        connect();
        refused("0100", atomic(0, 0x12345678, 0));
        connect();
        refused("0206", untagged(RdmapOpcode.ATOMIC_RESPONSE, true, 0, 3, 1, 0, new byte[12]));
    }

    // spec/iwarp.md 25.49, 25.64: an ordinary region is not the peer's to invalidate
    @Test
    void row32Invalidation() throws IOException {
        refused("0209", untagged(RdmapOpcode.SEND_INVALIDATE, true, key(), 0, 1, 0, new byte[0]));
        assertThat(side.receives.get(0).status()).isEqualTo(Status.REM_INV_REQ_ERR);
        connect();
        refused("0209", untagged(RdmapOpcode.SEND_INVALIDATE, true, 0x12345678, 0, 1, 0, new byte[0]));
    }

    @Test
    void row33TheReceivesOwnMemory() throws IOException {
        side.keys.release(key());
        refused("1000", send(true, 1, 0, new byte[8]));
        assertThat(side.receives.get(0).status()).isEqualTo(Status.LOC_PROT_ERR);
    }

    // spec/iwarp.md 25.53
    @Test
    void row34ATerminateIsNeverAnswered() throws IOException {
        for (int length = 4; length <= 70; length++) {
            connect();
            byte[] ulpdu = new byte[length];
            Arrays.fill(ulpdu, (byte) 0xff);
            ulpdu[0] = 0x41;
            ulpdu[1] = 0x47;
            refused("nothing", fpdu(length, ulpdu));
            assertThat(Objects.requireNonNull(side.qp.ending()).cause()).isEqualTo(Ending.Cause.TERMINATE_RECEIVED);
            assertThat(side.qp.isOver()).isTrue();
        }
    }

    // spec/iwarp.md 25.54
    @Test
    void row35WhatFollowsIsDiscarded() {
        refused("0206", with(send(true, 1, 0, FULL), 3, 0x4e), write(true, key(), base(), FULL));
        assertThat(side.giveAll(write(true, key(), base(), FULL), 1)).isPositive();
        assertThat(side.bytes(0, SIZE)).isEqualTo(before);
    }

    // spec/iwarp.md 25.26, 25.28: pad, CRC field, reserved bits are ignored when CRCs are off
    @Test
    void padChecksumAndReservedBitsAreIgnored() {
        byte[] odd = send(true, 1, 0, new byte[] {1});
        Arrays.fill(odd, odd.length - 7, odd.length, (byte) 0xff);
        odd[2] |= 0x3c;
        odd[3] |= 0x30;
        MemorySegment.ofArray(odd).set(Layouts.BE32, 4, 0xdeadbeef);
        assertThat(give(odd)).isEqualTo("nothing");
        assertThat(side.receives)
                .singleElement()
                .satisfies(done -> assertThat(done.status()).isZero());
    }
}
