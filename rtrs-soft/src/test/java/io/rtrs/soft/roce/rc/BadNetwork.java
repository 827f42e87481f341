package io.rtrs.soft.roce.rc;

import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * Loses, corrupts, doubles and delays.
 *
 * <p>Packets are sealed when they leave and checked when they arrive, as {@code Endpoint} does; what was corrupted is handed
 * on. Between IPv6 addresses, where all bits of the checksum count.
 */
final class BadNetwork implements Connection.Network {
    private static final Gid A = new Gid(0xfe80L << 48, 1);
    private static final Gid B = new Gid(0xfe80L << 48, 2);

    private final Random random;
    private final double loss;
    private final double corruption;
    private final double duplication;
    private final double reordering;
    private final Icrc icrc = new Icrc();
    private int corrupted;
    private int duplicated;
    private int reordered;
    private int refused;

    BadNetwork(Random random) {
        this.random = random;
        loss = rate(0.2);
        corruption = rate(0.05);
        duplication = rate(0.1);
        reordering = rate(0.2);
    }

    private double rate(double most) {
        return switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> most * random.nextDouble() * random.nextDouble();
            default -> most * random.nextDouble();
        };
    }

    @Override
    public void carry(boolean fromA, byte[] packet, Connection.Delivery delivery) {
        if (random.nextDouble() < loss) {
            return;
        }
        byte[] carried = packet.clone();
        icrc.seal(MemorySegment.ofArray(carried), 0, carried.length, fromA ? A : B, fromA ? B : A, Peer.ROCE_PORT, 0);
        if (random.nextDouble() < corruption) {
            corrupt(carried);
        }
        long delay = Connection.DELAY_NS;
        if (random.nextDouble() < reordering) {
            reordered++;
            delay += random.nextInt(300_000);
        }
        delivery.after(delay, carried);
        if (random.nextDouble() < duplication) {
            duplicated++;
            delivery.after(delay + random.nextInt(random.nextBoolean() ? 10_000 : 5_000_000), carried);
        }
    }

    /** One bit, or some bytes anywhere. */
    private void corrupt(byte[] packet) {
        corrupted++;
        if (random.nextBoolean()) {
            packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
            return;
        }
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            packet[random.nextInt(packet.length)] = (byte) random.nextInt();
        }
    }

    @Override
    public boolean accepts(boolean fromA, byte[] packet) {
        Gid from = fromA ? A : B;
        boolean good = icrc.verify(
                        MemorySegment.ofArray(packet),
                        0,
                        packet.length,
                        from.hi(),
                        from.lo(),
                        fromA ? B : A,
                        Peer.ROCE_PORT)
                != Icrc.BAD;
        refused += good ? 0 : 1;
        return good;
    }

    /** Packets that were changed underway. */
    int corrupted() {
        return corrupted;
    }

    /** Packets that were carried twice. */
    int duplicated() {
        return duplicated;
    }

    /** Packets that later ones could overtake. */
    int reordered() {
        return reordered;
    }

    /** Arrivals whose checksum was wrong. */
    int refused() {
        return refused;
    }

    @Override
    public String toString() {
        return String.format(
                "loss %.3f, corruption %.3f, duplication %.3f, reordering %.3f",
                loss, corruption, duplication, reordering);
    }
}
