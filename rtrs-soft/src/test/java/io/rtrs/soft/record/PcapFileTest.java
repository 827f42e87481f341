package io.rtrs.soft.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.soft.network.IpAddress;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

class PcapFileTest {
    private static final int TCP = 6;
    private static final int SNAP = 128;
    private static final int IPV4 = 20;

    private static final IpAddress A = new Halves(0, 0xFFFF_0A09_0001L); // 10.9.0.1
    private static final IpAddress B = new Halves(0, 0xFFFF_0A09_0002L);
    private static final IpAddress A6 = new Halves(0xFD09_0000_0000_0000L, 1);
    private static final IpAddress B6 = new Halves(0xFD09_0000_0000_0000L, 2);

    private record Halves(long hi, long lo) implements IpAddress {}

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PcapFile file = new PcapFile(bytes, SNAP);

    private static MemorySegment filled(int length, int value) {
        byte[] content = new byte[length];
        Arrays.fill(content, (byte) value);
        return MemorySegment.ofArray(content);
    }

    private ByteBuffer record() {
        byte[] all = bytes.toByteArray();
        return ByteBuffer.wrap(all, PcapFile.FILE_HEADER, all.length - PcapFile.FILE_HEADER)
                .slice();
    }

    @Test
    void piecesStandOneBehindTheOther() {
        file.begin(A, B, TCP, 30, 7, 3_000_000_005L);
        file.add(filled(20, 1), 0, 20);
        file.add(filled(40, 2), 5, 10);
        file.end();

        ByteBuffer record = record();
        assertThat(record.getInt()).isEqualTo(3);
        assertThat(record.getInt()).isEqualTo(5);
        assertThat(record.getInt()).as("kept").isEqualTo(IPV4 + 30);
        assertThat(record.getInt()).as("of").isEqualTo(IPV4 + 30);
        assertThat(record.get(PcapFile.RECORD_HEADER + 9)).isEqualTo((byte) TCP);
        assertThat(record.getInt(PcapFile.RECORD_HEADER + 12)).isEqualTo(0x0A09_0001);
        assertThat(record.getInt(PcapFile.RECORD_HEADER + 16)).isEqualTo(0x0A09_0002);
        assertThat(record.get(PcapFile.RECORD_HEADER + IPV4 + 19)).isEqualTo((byte) 1);
        assertThat(record.get(PcapFile.RECORD_HEADER + IPV4 + 20)).isEqualTo((byte) 2);
        assertThat(record.capacity()).isEqualTo(PcapFile.RECORD_HEADER + IPV4 + 30);
    }

    @Test
    void ipv6NamesWhatIsBehindItsHeaderToo() {
        file.begin(A6, B6, TCP, 20, 0, 0);
        file.add(filled(20, 1), 0, 20);
        file.end();

        ByteBuffer record = record();
        assertThat(record.getShort(PcapFile.RECORD_HEADER + 4)).isEqualTo((short) 20);
        assertThat(record.get(PcapFile.RECORD_HEADER + 6)).isEqualTo((byte) TCP);
        assertThat(record.getLong(PcapFile.RECORD_HEADER + 16)).isEqualTo(1);
        assertThat(record.getLong(PcapFile.RECORD_HEADER + 32)).isEqualTo(2);
    }

    @Test
    void ofALongPacketTheBeginningIsKeptWhicheverPieceItEndsIn() {
        for (int first : new int[] {20, SNAP - IPV4, SNAP}) {
            bytes.reset();
            file.begin(A, B, TCP, 1000, 0, 0);
            file.add(filled(first, 1), 0, first);
            file.add(filled(1000, 2), 0, 1000 - first);
            file.end();

            ByteBuffer record = ByteBuffer.wrap(bytes.toByteArray());
            assertThat(record.getInt(8)).isEqualTo(SNAP);
            assertThat(record.getInt(12)).isEqualTo(IPV4 + 1000);
            assertThat(record.capacity()).isEqualTo(PcapFile.RECORD_HEADER + SNAP);
            assertThat(record.get(PcapFile.RECORD_HEADER + SNAP - 1)).isEqualTo((byte) (first == 20 ? 2 : 1));
        }
    }

    @Test
    void whatDoesNotFitTogetherIsRefused() {
        assertThatThrownBy(() -> file.begin(A, B, TCP, PcapFile.SNAP_LENGTH, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65535");
        assertThatThrownBy(() -> file.begin(A, B, TCP, -1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        file.begin(A, B, TCP, 10, 0, 0);
        assertThatThrownBy(() -> file.add(filled(11, 1), 0, 11))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("11");
        assertThatThrownBy(file::end).isInstanceOf(IllegalStateException.class).hasMessageContaining("10");
    }

    @Test
    void theFirstErrorEndsTheWriting() {
        OutputStream full = new OutputStream() {
            private int written;

            @Override
            public void write(byte[] content, int offset, int length) throws IOException {
                if (written++ != 0) {
                    throw new IOException("no space left, " + written);
                }
            }

            @Override
            public void write(int value) {
                throw new AssertionError("one call for each record");
            }
        };
        try (PcapFile failing = new PcapFile(full, SNAP)) {
            for (int i = 0; i < 3; i++) {
                failing.begin(A, B, TCP, 0, 0, 0);
                failing.end();
            }
            assertThat(failing.failure()).hasMessage("no space left, 2");
        }
    }
}
