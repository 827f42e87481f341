package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.rc.QpAttributes.Patience;
import io.rtrs.soft.roce.wire.Aeth;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Psn;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.work.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * Peers and networks that do what they should not, each played from seeds in virtual time.
 *
 * <p>Whatever they do, no window, timer or budget gets stuck or runs away: what can be delivered is, intact, in a time and
 * with a number of packets that are bounded; what cannot ends when the patience does. {@code -Drtrs.seeds=N} plays as many.
 */
class BadPeerTest {
    private static final int SEEDS = Integer.getInteger("rtrs.seeds", 20);
    private static final int MESSAGES = 60;
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;

    /** What is wrong, and within which time and effort all must be delivered nevertheless. */
    enum Bad {
        /** Nothing, to compare with. */
        NOTHING(SECOND, 1.6) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                return (fromA, packet, delivery) -> delivery.after(Connection.DELAY_NS, packet);
            }
        },
        /** An ACK or a NAK of what was not sent, or was acknowledged long ago, beside each good one. */
        ACKNOWLEDGES_THE_FUTURE(SECOND, 1.6) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                return (fromA, packet, delivery) -> {
                    delivery.after(Connection.DELAY_NS, packet);
                    if (!fromA) {
                        int beyond = 1 << random.nextInt(23);
                        int psn = (int) ((random.nextBoolean() ? bulk.maxOfA() + beyond - 1 : bulk.unaOfA() - beyond)
                                & Psn.MASK);
                        int syndrome = random.nextBoolean()
                                ? Aeth.ACK
                                : random.nextBoolean() ? Aeth.NAK_PSN_SEQUENCE : Aeth.NAK_REMOTE_ACCESS;
                        delivery.after(Connection.DELAY_NS, Packets.ack(0x15, psn, syndrome));
                    }
                };
            }
        },
        /** What A hears comes once a second at most. */
        ANSWERS_ONCE_A_SECOND(80 * SECOND, 30) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                return (fromA, packet, delivery) -> {
                    long wait = fromA ? 0 : SECOND - bulk.c.nowNs % SECOND;
                    delivery.after(wait + Connection.DELAY_NS, packet);
                };
            }
        },
        /** Other queue pairs of the same peer take shares of its budget and give them back, packet by packet. */
        SHRINKS_AND_GROWS(2 * SECOND, 1.8) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                return (fromA, packet, delivery) -> {
                    boolean more = random.nextBoolean();
                    bulk.others(more ? 1 : -1);
                    delivery.after(Connection.DELAY_NS, packet);
                };
            }
        },
        /** The same, a hundred at a time, so that READs are asked for in parts of any length, while some are lost. */
        SHRINKS_AND_GROWS_AND_LOSES(20 * SECOND, 4) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                return (fromA, packet, delivery) -> {
                    int more = random.nextBoolean() ? 1 : -1;
                    for (int i = random.nextInt(100); i > 0; i--) {
                        bulk.others(more);
                    }
                    if (random.nextInt(20) != 0) {
                        delivery.after(Connection.DELAY_NS, packet);
                    }
                };
            }
        },
        /** Ten notifications for each packet. */
        FLOODS_WITH_NOTIFICATIONS(SECOND, 1.6) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                return (fromA, packet, delivery) -> {
                    delivery.after(Connection.DELAY_NS, packet);
                    for (int i = 0; i < 10; i++) {
                        bulk.c.a.qp.onCongestion(bulk.c.nowNs);
                    }
                };
            }
        },
        /** For a while the way is a hundred times longer. */
        ALTERNATES_ROUND_TRIPS(3 * SECOND, 4) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                return (fromA, packet, delivery) -> {
                    boolean far = (bulk.c.nowNs / (30 * MS) & 1) == 1;
                    delivery.after(far ? 20 * MS : 200_000, packet);
                };
            }
        },
        /** A packet may be a whole window late. */
        REORDERS_A_WINDOW(20 * SECOND, 12) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                return (fromA, packet, delivery) ->
                        delivery.after(Connection.DELAY_NS + (random.nextInt(50) == 0 ? 2 * MS : 0), packet);
            }
        },
        /** Of each window, either way, what was sent last arrives first. */
        REVERSES_EVERY_WINDOW(200 * SECOND, 20) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                int[] sent = new int[2];
                return (fromA, packet, delivery) -> {
                    int place = sent[fromA ? 0 : 1]++ % Bulk.WINDOW;
                    delivery.after(Connection.DELAY_NS + (Bulk.WINDOW - place) * 1000L, packet);
                };
            }
        },
        /** Both ways. */
        LOSES_A_FIFTH(60 * SECOND, 6) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                return (fromA, packet, delivery) -> {
                    if (random.nextInt(5) != 0) {
                        delivery.after(Connection.DELAY_NS, packet);
                    }
                };
            }
        },
        /** Half of them. */
        LOSES_ACKNOWLEDGEMENTS(10 * SECOND, 3) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                return (fromA, packet, delivery) -> {
                    boolean answer = RoceOpcode.of(packet[0]) == RoceOpcode.ACKNOWLEDGE;
                    if (!answer || random.nextBoolean()) {
                        delivery.after(Connection.DELAY_NS, packet);
                    }
                };
            }
        },
        /** Nothing passes for three of four seconds. */
        STALLS(60 * SECOND, 4) {
            @Override
            Connection.Network network(Bulk bulk, Random random) {
                return (fromA, packet, delivery) -> {
                    if (bulk.c.nowNs / SECOND % 4 == 3) {
                        delivery.after(10 * MS, packet);
                    }
                };
            }
        };

        final long withinNs;
        final double effort;

        Bad(long withinNs, double effort) {
            this.withinNs = withinNs;
            this.effort = effort;
        }

        abstract Connection.Network network(Bulk bulk, Random random);
    }

    @ParameterizedTest
    @EnumSource
    void allIsDeliveredIntactWithBoundedTimeAndPackets(Bad bad) throws IOException {
        Bulk worst = null;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed * 0x9E3779B97F4A7C15L);
            Bulk bulk = new Bulk(random, MESSAGES);
            bulk.c.network = bad.network(bulk, random);
            bulk.play(bad.withinNs);
            assertThat(bulk.isDone()).as("%s seed %d: %s", bad, seed, bulk).isTrue();
            assertThat(bulk.effort()).as("%s seed %d: %s", bad, seed, bulk).isLessThan(bad.effort);
            worst = worst == null || bulk.effort() > worst.effort() ? bulk : worst;
        }
        System.out.println(bad + ": the worst of " + SEEDS + ": " + worst);
    }

    /** A way that is twice the longest wait, and longer, is measured, and what is under way on it is not taken for lost. */
    @Test
    void aLongWayIsNoSilence() throws IOException {
        long second = timeOverAWayOf(SECOND);
        for (long tenths = 11; tenths <= 20; tenths++) {
            long ns = timeOverAWayOf(tenths * SECOND / 10);
            assertThat(ns).as("%d/10 s", tenths).isLessThan(2 * second * tenths / 10);
        }
    }

    /** So is one that becomes long. */
    @Test
    void aWayThatBecomesLongIsNoSilence() throws IOException {
        long second = timeOverAWayOf(SECOND);
        Bulk bulk = new Bulk(new Random(7), 6 * MESSAGES);
        bulk.c.network = (fromA, packet, delivery) ->
                delivery.after(fromA || bulk.done() < MESSAGES ? Connection.DELAY_NS : 6 * SECOND / 5, packet);
        bulk.play(1000 * SECOND);
        System.out.println("20 us, then 1.2 s: " + bulk);
        assertThat(bulk.isDone()).as("%s", bulk).isTrue();
        assertThat(bulk.c.nowNs).isLessThan(2 * second);
    }

    private static long timeOverAWayOf(long roundTripNs) throws IOException {
        Bulk bulk = new Bulk(new Random(7), 5 * MESSAGES);
        bulk.c.network = (fromA, packet, delivery) -> delivery.after(fromA ? 0 : roundTripNs, packet);
        bulk.play(1000 * SECOND);
        System.out.println(roundTripNs / MS + " ms: " + bulk);
        assertThat(bulk.isDone()).as("%s", bulk).isTrue();
        return bulk.c.nowNs;
    }

    /** It lives, so it is waited for; and what it was asked for is not sent to it again and again meanwhile. */
    @Test
    void whoAcknowledgesOnePacketASecondIsNotGivenUp() throws IOException {
        int packets = 100;
        Connection.Setup setup = new Connection.Setup();
        setup.tracing = false;
        setup.memory = isA -> Arena.ofAuto().allocate((long) packets * Bulk.MTU, 8);
        setup.mtu = Bulk.MTU;
        setup.patience = new Patience(17, 7, 7, 12);
        Connection c = setup.connect();
        int[] acknowledged = {0};
        long[] busyUntilNs = {c.nowNs};
        c.network = (fromA, packet, delivery) -> {
            if (fromA) {
                delivery.after(Connection.DELAY_NS, packet);
                return;
            }
            int arrived = Psn.add(Bth.psn(MemorySegment.ofArray(packet), 0), 1 - Connection.A_PSN) & Psn.MASK;
            for (; acknowledged[0] < arrived; acknowledged[0]++) {
                busyUntilNs[0] = Math.max(c.nowNs, busyUntilNs[0]) + SECOND;
                byte[] ack = Packets.ack(0x15, Psn.add(Connection.A_PSN, acknowledged[0]), Aeth.ACK);
                delivery.after(busyUntilNs[0] - c.nowNs, ack);
            }
        };
        for (int i = 0; i < 10; i++) {
            c.write(i, (long) i * packets / 10 * Bulk.MTU, packets / 10 * Bulk.MTU);
        }
        c.run(2L * packets * SECOND);
        Counters k = c.a.qp.counters();
        assertThat(End.Done.statuses(c.a.sends)).hasSize(10).containsOnly(Status.SUCCESS);
        assertThat(busyUntilNs[0]).as("one a second").isEqualTo(1_000_000 + Connection.DELAY_NS + packets * SECOND);
        assertThat(k.packetsSent).isLessThan(10L * packets);
        assertThat(c.a.qp.state()).isEqualTo(QueuePair.State.RTS);
    }

    /** Patience ends, and nothing runs away before it does. */
    @ParameterizedTest
    @EnumSource
    void whoNeverAcknowledgesIsGivenUp(Silent silent) throws IOException {
        Random random = new Random(5);
        Bulk bulk = new Bulk(random, MESSAGES);
        bulk.c.network = (fromA, packet, delivery) -> {
            if (silent.carries(fromA, packet)) {
                delivery.after(Connection.DELAY_NS, packet);
            }
        };
        bulk.play(100 * SECOND);
        assertThat(bulk.c.a.sends).isNotEmpty();
        assertThat(bulk.c.a.sends.getFirst().status()).isEqualTo(Status.RETRY_EXC_ERR);
        assertThat(bulk.c.nowNs).isBetween(40 * SECOND, 42 * SECOND);
        assertThat(bulk.counters().packetsSent).as("%s", bulk).isLessThan(1000);
        assertThat(bulk.share()).as("its share of the budget is free").isEqualTo(Bulk.WINDOW);
    }

    /** Whose silence it is. */
    enum Silent {
        NOTHING_COMES {
            @Override
            boolean carries(boolean fromA, byte[] packet) {
                return false;
            }
        },
        REQUESTS_ARRIVE {
            @Override
            boolean carries(boolean fromA, byte[] packet) {
                return fromA;
            }
        },
        ONLY_NAKS_COME {
            @Override
            boolean carries(boolean fromA, byte[] packet) {
                return fromA ? (packet[11] & 1) == 1 : packet[12] != Aeth.ACK;
            }
        };

        abstract boolean carries(boolean fromA, byte[] packet);
    }
}
