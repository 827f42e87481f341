package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.link.Link;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Packet by packet a cursor hands out each byte of its SGEs once and in order, whether it is copied or lent. */
class LentPiecesTest implements Transmitter {
    private static final int MEMORY = 1 << 16;
    private static final int MOST = 8192;

    private final End end;
    private final PacketCursor cursor;
    private final MemorySegment packet = Arena.ofAuto().allocate(MOST, 8);
    private final List<Integer> lent = new ArrayList<>();

    LentPiecesTest() throws IOException {
        end = new End(0x15, Arena.ofAuto().allocate(MEMORY, 8), End.CAPTURED);
        byte[] bytes = new byte[MEMORY];
        new Random(1).nextBytes(bytes);
        end.fill(0, bytes);
        cursor = new PacketCursor(end.domain, end.send);
    }

    private void sges(int... offsetsAndLengths) {
        for (int i = 0; i < offsetsAndLengths.length; i += 2) {
            end.send.setSge(0, i / 2, end.address(offsetsAndLengths[i]), offsetsAndLengths[i + 1], end.region.fixedKey);
        }
        end.send.setNumSge(0, offsetsAndLengths.length / 2);
        cursor.open(end.send, 0);
    }

    private byte[] gather(int length) {
        packet.fill((byte) 0xa5);
        assertThat(cursor.gather(this, 0, length)).isTrue();
        return packet.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @CsvSource({"4096", "8192", "2048", "5000", "1024"})
    void everyByteIsHandedOutOnceAndInOrder(int mtu) {
        sges(100, 3 * 8192);
        for (int done = 0; done < 3 * 8192; done += mtu) {
            int part = Math.min(mtu, 3 * 8192 - done);
            assertThat(gather(part)).as("from %d", done).isEqualTo(end.bytes(100 + done, part));
        }
        assertThat(cursor.gather(this, 0, 1)).as("beyond the end").isFalse();
    }

    @Test
    void whatFollowsALentPieceIsCopiedBehindIt() {
        sges(5000, 3000, 100, 96, 20_000, 4000);
        byte[] first = gather(4096);
        assertThat(lent).containsExactly(3000);
        assertThat(first).startsWith(end.bytes(5000, 3000)).endsWith(end.bytes(20_000, 1000));
        assertThat(gather(3000)).isEqualTo(end.bytes(21_000, 3000));
        assertThat(lent).containsExactly(3000, 3000);
    }

    @Test
    void littleIsCopied() {
        sges(0, Link.LEAST_BORROWED - 1, 10_000, Link.LEAST_BORROWED);
        assertThat(gather(Link.LEAST_BORROWED - 1)).isEqualTo(end.bytes(0, Link.LEAST_BORROWED - 1));
        assertThat(lent).isEmpty();
        assertThat(gather(Link.LEAST_BORROWED)).isEqualTo(end.bytes(10_000, Link.LEAST_BORROWED));
        assertThat(lent).containsExactly(Link.LEAST_BORROWED);
    }

    // ---- where packets are written: as if the kernel read what is lent at once

    @Override
    public MemorySegment memory() {
        return packet;
    }

    @Override
    public boolean borrow(long at, int length, MemorySegment from, long offset) {
        lent.add(length);
        MemorySegment.copy(from, offset, packet, at, length);
        return true;
    }

    @Override
    public long reserve(int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean hasCompany(int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void giveBack() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void commit() {
        throw new UnsupportedOperationException();
    }
}
