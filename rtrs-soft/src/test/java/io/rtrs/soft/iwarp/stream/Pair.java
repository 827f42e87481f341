package io.rtrs.soft.iwarp.stream;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/** Two ends joined by two pipes that hold few bytes and hand them on in pieces of any length. */
final class Pair {
    final Side a;
    final Side b;
    private final Pipe toB;
    private final Pipe toA;
    long nowNs;

    /** One direction. */
    private static final class Pipe {
        private final int window;
        private final Random random;
        private final int largest;
        byte[] held = new byte[0];

        Pipe(int window, int largest, Random random) {
            this.window = window;
            this.largest = largest;
            this.random = random;
        }

        boolean move(Side from, Side to, long nowNs) {
            int room = window - held.length;
            int most = Math.min(room, 1 + random.nextInt(largest));
            byte[] more = room > 0 ? from.take(most, nowNs) : new byte[0];
            if (more.length > 0) {
                int old = held.length;
                held = Arrays.copyOf(held, old + more.length);
                System.arraycopy(more, 0, held, old, more.length);
            }
            int took = to.give(held, 0, 1 + random.nextInt(largest), nowNs);
            held = Arrays.copyOfRange(held, took, held.length);
            return more.length > 0 || took > 0;
        }
    }

    /** The initiator is {@code a}. */
    Pair(int size, StreamAttributes initiator, StreamAttributes responder, int window, int largest, long seed)
            throws IOException {
        Random random = new Random(seed);
        a = new Side(2, size);
        b = new Side(3, size);
        toB = new Pipe(window, largest, random);
        toA = new Pipe(window, largest, random);
        a.qp.connect(initiator, 0);
        b.qp.connect(responder, 0);
    }

    static StreamAttributes attributes(boolean crc, boolean initiator, Rtr rtr, int maxUlpdu) {
        return new StreamAttributes(4, 4, crc, true, maxUlpdu, initiator, rtr, false);
    }

    /** Both of one kind, which begin with a Write without data. */
    static Pair of(boolean crc, int maxUlpdu, int largest, long seed) throws IOException {
        return new Pair(
                1 << 20,
                attributes(crc, true, Rtr.WRITE, maxUlpdu),
                attributes(crc, false, Rtr.NONE, maxUlpdu),
                1 << 20,
                largest,
                seed);
    }

    boolean step() {
        nowNs += 1000;
        boolean there = toB.move(a, b, nowNs);
        return toA.move(b, a, nowNs) || there;
    }

    /** Until nothing moves. */
    void run() {
        int idle = 0;
        while (idle < 3) {
            idle = step() ? 0 : idle + 1;
        }
    }
}
