package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.roce.rc.QpAttributes.Patience;
import io.rtrs.soft.roce.rc.QpAttributes.Remote;
import io.rtrs.soft.work.Status;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** One connection in use from both sides over a bad network, all of it decided by a seed. */
final class Schedule {
    /** How it ended. */
    enum Outcome {
        DELIVERED,
        RETRIES_EXCEEDED,
        RNR_RETRIES_EXCEEDED
    }

    private static final MemorySegment[] MEMORY = {
        Arena.global().allocate(Traffic.MEMORY, 8), Arena.global().allocate(Traffic.MEMORY, 8)
    };

    private static final long STEP_NS = 400_000;
    private static final int STEPS = 2_000_000;

    private final Random random;
    private final boolean verbose;
    private final Connection connection;
    private final BadNetwork network;
    private final Traffic fromA;
    private final Traffic fromB;
    private final int retryCount;
    private final int rnrRetry;

    Schedule(long seed, boolean verbose) throws IOException {
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.verbose = verbose;
        Connection.Setup setup = new Connection.Setup();
        setup.tracing = verbose;
        setup.memory = isA -> MEMORY[isA ? 0 : 1];
        setup.mtu = 256 << random.nextInt(3);
        setup.window = 1 + random.nextInt(random.nextBoolean() ? 128 : 8);
        setup.depth = 1 + random.nextInt(4);
        setup.remote = Remote.withResources(setup.depth + random.nextInt(2));
        setup.aPsn = 0xff_ffff - random.nextInt(64);
        setup.bPsn = random.nextInt();
        retryCount = random.nextInt(4) > 0 ? Patience.NO_LIMIT : random.nextInt(8);
        rnrRetry = random.nextInt(4) > 0 ? Patience.RNR_NO_LIMIT : random.nextInt(7);
        setup.patience = new Patience(7 + random.nextInt(3), retryCount, rnrRetry, 1 + random.nextInt(12));
        setup.capacity = new QueueCapacity(Traffic.MAX_OPS, 3, Traffic.MAX_OPS, 3, 64, false);
        connection = setup.connect();
        network = new BadNetwork(random);
        connection.network = network;
        fromA = new Traffic(random, connection.a, connection.b);
        fromB = new Traffic(random, connection.b, connection.a);
        if (verbose) {
            System.out.println("seed " + seed + ": mtu " + setup.mtu + ", window " + setup.window + ", depth "
                    + setup.depth + ", " + setup.patience + ", " + network);
        }
    }

    long resends() {
        return connection.a.qp.counters().resends + connection.b.qp.counters().resends;
    }

    BadNetwork network() {
        return network;
    }

    /** Plays it to its end and checks what came of it. */
    Outcome play() {
        try {
            for (int step = 0; !isOver(); step++) {
                assertThat(step).as("steps without an end").isLessThan(STEPS);
                fromA.go(step);
                fromB.go(step);
                connection.run(random.nextInt((int) STEP_NS));
            }
            // Whatever still flies must change nothing.
            connection.run(50_000_000);
            return check();
        } finally {
            if (verbose) {
                connection.trace.forEach(System.out::println);
                System.out.println(fromA + "\n" + fromB);
            }
        }
    }

    private boolean isOver() {
        QueuePair a = connection.a.qp;
        QueuePair b = connection.b.qp;
        if (a.state() == QueuePair.State.ERROR || b.state() == QueuePair.State.ERROR) {
            a.toError(); // As the connection manager would.
            b.toError();
            return true;
        }
        return fromA.isDone() && fromB.isDone();
    }

    private Outcome check() {
        fromA.checkReceived();
        fromB.checkReceived();
        if (connection.a.qp.state() == QueuePair.State.RTS) {
            fromA.checkAll();
            fromB.checkAll();
            return Outcome.DELIVERED;
        }
        int first = fromA.checkFailed();
        int second = fromB.checkFailed();
        int reason = first == Status.SUCCESS ? second : first;
        if (reason == Status.RETRY_EXC_ERR) {
            assertThat(retryCount).isLessThan(Patience.NO_LIMIT);
            return Outcome.RETRIES_EXCEEDED;
        }
        assertThat(reason).isEqualTo(Status.RNR_RETRY_EXC_ERR);
        assertThat(rnrRetry).isLessThan(Patience.RNR_NO_LIMIT);
        return Outcome.RNR_RETRIES_EXCEEDED;
    }
}
