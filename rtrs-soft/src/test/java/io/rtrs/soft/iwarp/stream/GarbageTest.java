package io.rtrs.soft.iwarp.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.iwarp.wire.Conversations;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Any bytes: no exception, nothing outside registered memory, and an end. */
// spec/iwarp.md 25.55
class GarbageTest {
    private static Side connected(boolean crc) throws IOException {
        Side side = new Side(7, 1 << 16);
        side.qp.connect(Pair.attributes(crc, false, Rtr.NONE, 65535), 0);
        for (int i = 0; i < 4; i++) {
            side.receive(i, 1000L * i, 1000);
        }
        return side;
    }

    private static void survives(Side side, byte[] stream, Random random) {
        int at = 0;
        int took = 1;
        while (at < stream.length && took > 0) {
            took = side.give(stream, at, 1 + random.nextInt(2000), 1);
            at += took;
            side.take(1 + random.nextInt(1000), 1);
        }
        side.qp.onEnd(2);
        while (side.take(1 << 16, 3).length > 0) {
            // to its last word
        }
        assertThat(side.areCanariesAlive()).isTrue();
        assertThat(side.qp.state()).isEqualTo(QueuePair.State.ERROR);
        assertThat(side.qp.isOver()).isTrue();
        assertThat(side.receives).hasSize(4);
    }

    @Test
    void randomBytes() throws Exception {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            byte[] stream = new byte[random.nextInt(500)];
            random.nextBytes(stream);
            if (stream.length > 4) {
                stream[0] = 0;
                stream[2] = (byte) (random.nextBoolean() ? 0x41 : 0xc1);
                stream[3] = (byte) (0x40 | random.nextInt(16));
            }
            survives(connected(seed % 5 == 0), stream, random);
        }
    }

    @Test
    void validStreamsWithMutations() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Side side = connected(false);
            byte[] stream = traffic(side, random);
            for (int i = random.nextInt(4); i >= 0; i--) {
                stream[random.nextInt(stream.length)] ^= (byte) (1 << random.nextInt(8));
            }
            survives(side, Arrays.copyOf(stream, 1 + random.nextInt(stream.length)), random);
        }
    }

    private static byte[] traffic(Side to, Random random) throws IOException {
        Side from = new Side(8, 1 << 16);
        from.qp.connect(Pair.attributes(false, true, Rtr.WRITE, 200 + random.nextInt(2000)), 0);
        int[] codes = {
            WrOpcode.SEND,
            WrOpcode.RDMA_WRITE,
            WrOpcode.RDMA_READ,
            WrOpcode.RDMA_WRITE_WITH_IMM,
            WrOpcode.SEND_WITH_IMM,
            WrOpcode.SEND_WITH_INV
        };
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 6; i++) {
            int code = codes[random.nextInt(codes.length)];
            from.remote(to, 8000).post(code, 0, i, 0, random.nextInt(code == WrOpcode.RDMA_WRITE ? 30_000 : 1000));
            all.writeBytes(from.take(1 << 20, 1));
        }
        return all.toByteArray();
    }

    @Test
    void theStreamsOfTheCaptures() throws Exception {
        List<byte[]> streams = new ArrayList<>();
        for (String name : Conversations.NAMES) {
            for (Conversations.Half half : Conversations.read(name)) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                half.fpdus().forEach(all::writeBytes);
                all.writeBytes(half.rest());
                streams.add(all.toByteArray());
            }
        }
        for (byte[] stream : streams) {
            survives(connected(false), stream, new Random(1));
        }
    }

    // spec/iwarp.md 25.67: an end at every byte of a conversation
    @Test
    void aConversationThatEndsAtEachByte() throws Exception {
        Side first = connected(false);
        byte[] stream = traffic(first, new Random(11));
        int limit = Math.min(stream.length, 3000);
        for (int length = 0; length < limit; length++) {
            Side side = connected(false);
            side.giveAll(Arrays.copyOf(stream, length), 1);
            if (length % 2 == 0) {
                side.qp.onEnd(1);
            } else {
                side.qp.onReset(io.rtrs.soft.work.Status.WR_FLUSH_ERR, 1);
            }
            assertThat(side.receives).as("receives completed").hasSize(4);
            assertThat(side.areCanariesAlive()).isTrue();
        }
    }
}
