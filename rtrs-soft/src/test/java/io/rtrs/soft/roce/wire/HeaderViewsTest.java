package io.rtrs.soft.roce.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** What is put can be got, at any place, and no byte is left as it was or touched outside. */
class HeaderViewsTest {
    private static final int LOW24 = 0xFF_FFFF;

    @Property
    void bth(
            @ForAll RoceOpcode opcode,
            @ForAll boolean solicited,
            @ForAll @IntRange(min = 0, max = 4096) int payload,
            @ForAll int qp,
            @ForAll boolean ackReq,
            @ForAll int psn) {
        MemorySegment segment =
                twice(Bth.SIZE, (memory, at) -> Bth.put(memory, at, opcode, solicited, payload, qp, ackReq, psn));
        assertThat(Bth.opcode(segment, 5)).isEqualTo(opcode.code());
        assertThat(Bth.solicited(segment, 5)).isEqualTo(solicited);
        assertThat(Bth.migReq(segment, 5)).isFalse();
        assertThat((payload + Bth.padCount(segment, 5)) % 4).isZero(); // spec/rocev2.md 18.2
        assertThat(Bth.version(segment, 5)).isZero();
        assertThat(Bth.pkey(segment, 5)).isEqualTo(0xFFFF);
        assertThat(Bth.destQp(segment, 5)).isEqualTo(qp & LOW24);
        assertThat(Bth.ackReq(segment, 5)).isEqualTo(ackReq);
        assertThat(Bth.psn(segment, 5)).isEqualTo(psn & LOW24);
        Bth.putAckReq(segment, 5, !ackReq);
        assertThat(Bth.ackReq(segment, 5)).isEqualTo(!ackReq);
        assertThat(Bth.psn(segment, 5)).isEqualTo(psn & LOW24);
    }

    @Property
    void reth(@ForAll long address, @ForAll int rkey, @ForAll int length) {
        MemorySegment segment = twice(Reth.SIZE, (memory, at) -> Reth.put(memory, at, address, rkey, length));
        assertThat(Reth.address(segment, 5)).isEqualTo(address);
        assertThat(Reth.rkey(segment, 5)).isEqualTo(rkey);
        assertThat(Reth.length(segment, 5)).isEqualTo(Integer.toUnsignedLong(length));
    }

    @Property
    void aeth(@ForAll @IntRange(min = 0, max = 255) int syndrome, @ForAll int msn) {
        MemorySegment segment = twice(Aeth.SIZE, (memory, at) -> Aeth.put(memory, at, syndrome, msn));
        assertThat(Aeth.syndrome(segment, 5)).isEqualTo(syndrome);
        assertThat(Aeth.msn(segment, 5)).isEqualTo(msn & LOW24);
    }

    @Property
    void immediate_and_key(@ForAll int value) {
        assertThat(ImmDt.get(twice(ImmDt.SIZE, (memory, at) -> ImmDt.put(memory, at, value)), 5))
                .isEqualTo(value);
        assertThat(Ieth.rkey(twice(Ieth.SIZE, (memory, at) -> Ieth.put(memory, at, value)), 5))
                .isEqualTo(value);
    }

    @Property
    void deth(@ForAll int qkey, @ForAll int qp) {
        MemorySegment segment = twice(Deth.SIZE, (memory, at) -> Deth.put(memory, at, qkey, qp));
        assertThat(Deth.qkey(segment, 5)).isEqualTo(qkey);
        assertThat(Deth.sourceQp(segment, 5)).isEqualTo(qp & LOW24);
    }

    @Property
    void atomics(@ForAll long address, @ForAll int rkey, @ForAll long swap, @ForAll long compare) {
        MemorySegment segment =
                twice(AtomicEth.SIZE, (memory, at) -> AtomicEth.put(memory, at, address, rkey, swap, compare));
        assertThat(AtomicEth.address(segment, 5)).isEqualTo(address);
        assertThat(AtomicEth.rkey(segment, 5)).isEqualTo(rkey);
        assertThat(AtomicEth.swapOrAdd(segment, 5)).isEqualTo(swap);
        assertThat(AtomicEth.compare(segment, 5)).isEqualTo(compare);
        MemorySegment ack = twice(AtomicAckEth.SIZE, (memory, at) -> AtomicAckEth.put(memory, at, swap));
        assertThat(AtomicAckEth.original(ack, 5)).isEqualTo(swap);
    }

    @Property
    void gid(@ForAll long hi, @ForAll long lo) {
        Gid gid = new Gid(hi, lo);
        assertThat(Gid.get(twice(Gid.SIZE, gid::put), 5)).isEqualTo(gid);
    }

    @Property
    void pad(@ForAll @IntRange(min = 0, max = 5000) int payload) {
        int count = Bth.padFor(payload);
        MemorySegment segment = twice(count, (memory, at) -> Bth.putPad(memory, at, payload));
        assertThat(segment.asSlice(5, count).toArray(Layouts.U8)).isEqualTo(new byte[count]);
    }

    private interface Put {
        void at(MemorySegment memory, long offset);
    }

    /** Puts into memory full of ones and full of zeros: the same bytes come, and just so many. */
    private static MemorySegment twice(int size, Put put) {
        byte[] ones = new byte[size + 10];
        byte[] zeros = new byte[size + 10];
        Arrays.fill(ones, (byte) -1);
        put.at(MemorySegment.ofArray(ones), 5);
        put.at(MemorySegment.ofArray(zeros), 5);
        assertThat(Arrays.copyOfRange(ones, 5, 5 + size)).isEqualTo(Arrays.copyOfRange(zeros, 5, 5 + size));
        assertThat(ones).startsWith(-1, -1, -1, -1, -1).endsWith(-1, -1, -1, -1, -1);
        assertThat(zeros).startsWith(0, 0, 0, 0, 0).endsWith(0, 0, 0, 0, 0);
        return MemorySegment.ofArray(zeros);
    }
}
