package io.rtrs.verbs.softroce.rc;

import java.util.Random;
import java.util.zip.CRC32;

/** Loses, corrupts, doubles and delays. */
final class BadNetwork implements Connection.Network {
    private final Random random;
    private final double loss;
    private final double corruption;
    private final double duplication;
    private final double reordering;
    private final CRC32 crc = new CRC32();

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
        if (random.nextDouble() < corruption && !survives(packet)) {
            return;
        }
        long delay = Connection.DELAY_NS;
        if (random.nextDouble() < reordering) {
            delay += random.nextInt(300_000);
        }
        delivery.after(delay, packet);
        if (random.nextDouble() < duplication) {
            delivery.after(delay + random.nextInt(random.nextBoolean() ? 10_000 : 5_000_000), packet);
        }
    }

    /** Flips a bit; whether the checksum would not see it. */
    private boolean survives(byte[] packet) {
        crc.reset();
        crc.update(packet);
        long before = crc.getValue();
        byte[] flipped = packet.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        crc.reset();
        crc.update(flipped);
        return crc.getValue() == before;
    }

    @Override
    public String toString() {
        return String.format(
                "loss %.3f, corruption %.3f, duplication %.3f, reordering %.3f",
                loss, corruption, duplication, reordering);
    }
}
