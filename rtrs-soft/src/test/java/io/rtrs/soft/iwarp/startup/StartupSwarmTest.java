package io.rtrs.soft.iwarp.startup;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Any bytes, and any two peers. */
class StartupSwarmTest {
    private static final int ROUNDS = 20_000;

    @Property
    void anyTwoOfOursAgreeOnTheSame(
            @ForAll @IntRange(max = 255) int[] reads,
            @ForAll boolean[] wishes,
            @ForAll @Size(max = 252) byte[] data,
            @ForAll @IntRange(min = 1, max = 60) int atOnce) {
        Offer mine = new Offer(at(reads, 0), at(reads, 1), at(wishes, 0), at(wishes, 1), at(wishes, 2));
        Offer yours = new Offer(at(reads, 2), at(reads, 3), at(wishes, 3), true, at(wishes, 4));
        Initiator initiator = Frames.initiator(mine, data);
        Responder responder = Frames.responder(yours);
        byte[] request = initiator.request();
        assertThat(Frames.feed(responder, request, atOnce)).isEqualTo(request.length);
        assertThat(responder.data()).isEqualTo(data);
        Responder.Reply reply = responder.accept(yours.ird(), yours.ord(), data);
        assertThat(Frames.feed(initiator, reply.frame(), atOnce)).isEqualTo(reply.frame().length);
        assertThat(initiator.isAccepted()).isTrue();
        assertThat(initiator.data()).isEqualTo(data);
        Agreement here = initiator.agreement();
        Agreement there = reply.agreement();
        assertThat(here.crc()).isEqualTo(there.crc()).isEqualTo(mine.crc() || yours.crc());
        assertThat(here.rtr()).isEqualTo(there.rtr());
        assertThat(here.immediates()).isEqualTo(there.immediates());
        assertThat(here.echoes()).isFalse();
        assertThat(here.ord()).isLessThanOrEqualTo(there.ird()); // spec/iwarp.md 25.13
        assertThat(there.ord()).isLessThanOrEqualTo(here.ird());
    }

    private static int at(int[] values, int index) {
        return index < values.length ? values[index] : 0;
    }

    private static boolean at(boolean[] values, int index) {
        return index < values.length && values[index];
    }

    /** A request of any bytes is answered with nothing that ends a siw's kernel (spec/iwarp.md 2, 25.7). */
    @Test
    void whateverARequestSaysNoReplyKillsASiw() {
        Random random = new Random(20_251_130);
        int answered = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] request = request(random);
            boolean ours = (request[16] & StartupFrame.OFFERS_IMMEDIATES) != 0;
            Responder responder = Frames.responder(new Offer(random.nextInt(200), 1, random.nextBoolean(), true, true));
            Frames.feed(responder, request, 1 + random.nextInt(40));
            if (responder.isAsked() && !ours) {
                byte[] most = new byte[responder.mostData()];
                harmless(responder
                        .accept(random.nextInt(200), random.nextInt(200), most)
                        .frame());
                harmless(responder.reject(most));
                answered++;
            }
            byte[] words = responder.lastWords();
            if (words.length != 0) {
                harmless(words);
            }
        }
        assertThat(answered).isGreaterThan(ROUNDS / 20);
    }

    private static void harmless(byte[] reply) {
        int announced = Short.toUnsignedInt(ByteBuffer.wrap(reply).getShort(18));
        assertThat(announced).isLessThanOrEqualTo(Frames.SIW_TAKES).isEqualTo(reply.length - 20);
        assertThat((reply[16] & StartupFrame.ENHANCED) == 0 || announced >= 4).isTrue();
        assertThat(reply[17]).isLessThanOrEqualTo((byte) 2);
    }

    @Test
    void noBytesMakeAMachineThrowOrReadBeyondTheFrame() {
        Random random = new Random(42);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = random.nextBoolean() ? request(random) : reply(random);
            if (random.nextInt(4) == 0) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Startup machine = random.nextBoolean()
                    ? Frames.initiator(Frames.offer(), new byte[random.nextInt(253)])
                    : Frames.responder(Frames.offer());
            int size = bytes.length;
            int taken = Frames.feed(machine, Arrays.copyOf(bytes, size + random.nextInt(40)), 1 + random.nextInt(99));
            assertThat(taken).isLessThanOrEqualTo(StartupFrame.MOST_BYTES);
            machine.onTime(random.nextLong());
            machine.onEnd();
            machine.onReset();
            assertThat(machine.wanted()).isZero();
        }
    }

    private static byte[] request(Random random) {
        return Frames.frame("MPA ID Req Frame", flags(random), random.nextInt(4), data(random));
    }

    private static byte[] reply(Random random) {
        return Frames.frame("MPA ID Rep Frame", flags(random), random.nextInt(4), data(random));
    }

    private static int flags(Random random) {
        return random.nextInt(256) & (random.nextBoolean() ? 0x7f : 0xff);
    }

    private static byte[] data(Random random) {
        byte[] data = new byte[random.nextInt(3) == 0 ? random.nextInt(6) : random.nextInt(520)];
        random.nextBytes(data);
        return data;
    }
}
