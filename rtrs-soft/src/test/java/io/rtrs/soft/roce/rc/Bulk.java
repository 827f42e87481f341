package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.rc.QpAttributes.Limits;
import io.rtrs.soft.roce.rc.QpAttributes.Patience;
import io.rtrs.soft.roce.rc.QpAttributes.Remote;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Random;

/** Writes and reads of many packets, several at a time, each looked at byte for byte when it is complete. */
final class Bulk {
    static final int MTU = 1024;
    static final int WINDOW = 256;
    private static final int MOST_PACKETS = 24;
    private static final int SLOT = MOST_PACKETS * MTU;
    private static final int DEPTH = 8;
    private static final int READ_TARGETS = DEPTH * SLOT;
    private static final int SOURCES = 2 * READ_TARGETS;
    private static final long STEP_NS = 200_000;

    final Connection c;
    private final Random random;
    private final int messages;
    private final int[] opcodes = new int[DEPTH];
    private final byte[][] data = new byte[DEPTH][];
    private final Budget budget = new Budget(WINDOW);
    private int others;
    private int posted;
    private int done;
    private long packets;

    /** So many messages, over a connection with retry count 7. */
    Bulk(Random random, int messages) throws IOException {
        Connection.Setup setup = new Connection.Setup();
        setup.tracing = false;
        setup.memory = isA -> Arena.ofAuto().allocate(3L * READ_TARGETS, 8);
        setup.mtu = MTU;
        setup.depth = 16;
        setup.remote = Remote.withResources(16);
        setup.patience = new Patience(17, 7, 7, 12);
        setup.limits = new Limits(16, WINDOW, Limits.INITIAL_WINDOW, 16);
        setup.budget = budget;
        c = setup.connect();
        this.random = random;
        this.messages = messages;
    }

    /** Posts what there is room for. */
    private void post() {
        while (posted < messages && posted - done < DEPTH) {
            int slot = posted % DEPTH;
            byte[] bytes = new byte[1 + random.nextInt(SLOT)];
            random.nextBytes(bytes);
            data[slot] = bytes;
            boolean read = random.nextInt(3) == 0;
            opcodes[slot] = read ? WrOpcode.RDMA_READ : WrOpcode.RDMA_WRITE;
            long source = SOURCES + (long) slot * SLOT;
            long target = (read ? READ_TARGETS : 0) + (long) slot * SLOT;
            (read ? c.b : c.a).fill(source, bytes);
            c.aAtB(read ? source : target)
                    .post(opcodes[slot], Connection.SIGNALED, posted, read ? target : source, bytes.length);
            packets += Segmentation.packets(bytes.length, MTU);
            posted++;
        }
    }

    private void check() {
        while (done < c.a.sends.size()) {
            End.Done completion = c.a.sends.get(done);
            if (completion.status() != Status.SUCCESS) {
                return;
            }
            int slot = done % DEPTH;
            assertThat(completion.wrId()).isEqualTo(done);
            boolean read = opcodes[slot] == WrOpcode.RDMA_READ;
            long target = (read ? READ_TARGETS : 0) + (long) slot * SLOT;
            assertThat((read ? c.a : c.b).bytes(target, data[slot].length)).isEqualTo(data[slot]);
            done++;
        }
    }

    /** Goes on until all is done or the queue pair failed, at most for so long. */
    void play(long forNs) {
        long endNs = c.nowNs + forNs;
        while (done < messages && c.a.qp.state() == QueuePair.State.RTS && c.nowNs < endNs) {
            post();
            long before = c.nowNs;
            c.run(STEP_NS);
            if (c.nowNs == before && c.a.sends.size() == done) {
                c.nowNs += STEP_NS;
            }
            check();
        }
    }

    /** Other queue pairs of the same peer begin, or end. */
    void others(int more) {
        if (others + more >= 0 && others + more < 100) {
            others += more;
            budget.changed(more > 0 ? 0 : 1, more > 0 ? 1 : 0);
        }
    }

    /** What a queue pair could have under way now. */
    int share() {
        return budget.share();
    }

    long unaOfA() {
        return c.a.qp.flight().una();
    }

    long maxOfA() {
        return c.a.qp.flight().max();
    }

    boolean isDone() {
        return done == messages;
    }

    int done() {
        return done;
    }

    /** Packets of requests and of answers to READs that are needed if none is lost. */
    long needed() {
        return packets;
    }

    /** What was sent from both sides for each packet that is needed. */
    double effort() {
        return (double) (c.a.qp.counters().packetsSent + c.b.qp.counters().packetsSent) / packets;
    }

    Counters counters() {
        return c.a.qp.counters();
    }

    @Override
    public String toString() {
        Counters k = counters();
        return done + " of " + messages + " at " + c.nowNs / 1_000_000 + " ms, effort "
                + String.format("%.2f", effort())
                + ", window " + k.window + ", round trip " + k.roundTripNs / 1000 + " us, timeouts " + k.timeouts
                + ", probes " + k.probes + ", resends " + k.resends + ", losses " + k.losses + ", late " + k.late
                + ", notifications " + k.notifications + "/" + k.notificationsObeyed + ", " + c.a.qp.state();
    }
}
