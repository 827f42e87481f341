package io.rtrs.verbs.softroce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.softroce.rc.QpAttributes.Patience;
import io.rtrs.verbs.softroce.rc.QpAttributes.Remote;
import io.rtrs.verbs.work.Status;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.zip.CRC32;

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
        connection.network = new BadNetwork(random);
        fromA = new Traffic(random, connection.a, connection.b);
        fromB = new Traffic(random, connection.b, connection.a);
        if (verbose) {
            System.out.println("seed " + seed + ": mtu " + setup.mtu + ", window " + setup.window + ", depth "
                    + setup.depth + ", " + setup.patience + ", " + connection.network);
        }
    }

    long resends() {
        return connection.a.qp.counters().resends + connection.b.qp.counters().resends;
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

    /** Loses, corrupts, doubles and delays. */
    private static final class BadNetwork implements Connection.Network {
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

    /** What one end asks of the other, and what must come of it. */
    private static final class Traffic {
        static final int MAX_OPS = 12;
        private static final int MAX_LENGTH = 6000;
        private static final int SLOT = 8192;
        private static final int SOURCE = 0;
        private static final int TARGET = 16 << 10;
        private static final int READABLE = 32 << 10;
        private static final int COUNTERS = 48 << 10;
        private static final int READ_SLOTS = 64 << 10;
        private static final int RECEIVE_SLOTS = READ_SLOTS + MAX_OPS * SLOT;
        static final int MEMORY = RECEIVE_SLOTS + MAX_OPS * SLOT;

        private static final int[] OPCODES = {
            WrOpcode.SEND,
            WrOpcode.SEND_WITH_IMM,
            WrOpcode.RDMA_WRITE,
            WrOpcode.RDMA_WRITE,
            WrOpcode.RDMA_WRITE_WITH_IMM,
            WrOpcode.RDMA_READ,
            WrOpcode.RDMA_READ,
            WrOpcode.ATOMIC_FETCH_AND_ADD,
            WrOpcode.ATOMIC_CMP_AND_SWP
        };

        /** A message as its receiver must see it. */
        private static final class Expected {
            final int opcode;
            final int imm;
            final byte[] data;

            Expected(int opcode, int imm, byte[] data) {
                this.opcode = opcode;
                this.imm = imm;
                this.data = data;
            }
        }

        private final Random random;
        private final End from;
        private final End to;
        private final int ops;
        private final byte[] image;
        private final long[] counters = new long[4];
        private final long[] found = new long[MAX_OPS];
        private final int[] opcodes = new int[MAX_OPS];
        private final int[] lengths = new int[MAX_OPS];
        private final int[] readFrom = new int[MAX_OPS];
        private final boolean[] signaled = new boolean[MAX_OPS];
        private final ArrayDeque<Expected> messages = new ArrayDeque<>();
        private int posted;
        private int receivesPosted;

        Traffic(Random random, End from, End to) {
            this.random = random;
            this.from = from;
            this.to = to;
            ops = 1 + random.nextInt(MAX_OPS);
            byte[] data = new byte[16 << 10];
            random.nextBytes(data);
            from.fill(SOURCE, data);
            random.nextBytes(data);
            to.fill(READABLE, data);
            image = new byte[16 << 10];
            to.fill(TARGET, image);
            to.fill(COUNTERS, new byte[64]);
        }

        /** Posts some of what is left to post. */
        void go(int step) {
            while (posted < ops && random.nextInt(3) > 0) {
                postOne(posted++);
            }
            while (receivesPosted < MAX_OPS && (random.nextInt(3) > 0 || step > 500)) {
                int i = receivesPosted++;
                assertThat(to.receive(i, RECEIVE_SLOTS + (long) i * SLOT, MAX_LENGTH))
                        .isZero();
            }
        }

        private void postOne(int op) {
            int opcode = OPCODES[random.nextInt(OPCODES.length)];
            int length = random.nextInt(random.nextBoolean() ? 300 : MAX_LENGTH + 1);
            int source = random.nextInt((16 << 10) - length);
            opcodes[op] = opcode;
            lengths[op] = length;
            signaled[op] = op == ops - 1 || random.nextBoolean();
            int flags = (signaled[op] ? IbvSendWR.IBV_SEND_SIGNALED : 0)
                    | (random.nextInt(4) == 0 ? IbvSendWR.IBV_SEND_FENCE : 0);
            int imm = random.nextInt();
            from.send.rawImm[0] = imm;
            byte[] data = from.bytes(SOURCE + source, length);
            int errno;
            switch (opcode) {
                case WrOpcode.RDMA_READ -> {
                    readFrom[op] = source;
                    remote(READABLE + source);
                    errno = from.post(opcode, flags, op, READ_SLOTS + (long) op * SLOT, length);
                }
                case WrOpcode.ATOMIC_FETCH_AND_ADD, WrOpcode.ATOMIC_CMP_AND_SWP -> {
                    lengths[op] = 8;
                    atomic(op, opcode);
                    errno = from.post(opcode, flags, op, READ_SLOTS + (long) op * SLOT, 8);
                }
                case WrOpcode.RDMA_WRITE, WrOpcode.RDMA_WRITE_WITH_IMM -> {
                    int target = random.nextInt((16 << 10) - length);
                    System.arraycopy(data, 0, image, target, length);
                    remote(TARGET + target);
                    errno = split(opcode, flags, op, source, length);
                    if (opcode == WrOpcode.RDMA_WRITE_WITH_IMM) {
                        messages.add(new Expected(WrOpcode.WC_RECV_RDMA_WITH_IMM, imm, new byte[length]));
                    }
                }
                default -> {
                    errno = split(opcode, flags, op, source, length);
                    messages.add(new Expected(WrOpcode.WC_RECV, opcode == WrOpcode.SEND ? 0 : imm, data));
                }
            }
            assertThat(errno).isZero();
        }

        private void remote(long offset) {
            from.remote(to.address(offset), to.region.fixedKey);
        }

        /** Posts the source in up to three SGEs. */
        private int split(int opcode, int flags, int op, int source, int length) {
            int sges = 1 + random.nextInt(3);
            int at = 0;
            for (int i = 0; i < sges; i++) {
                int part = i == sges - 1 ? length - at : random.nextInt(length - at + 1);
                from.send.setSge(0, i, from.address(SOURCE + source + at), part, from.region.fixedKey);
                at += part;
            }
            from.send.setNumSge(0, sges);
            boolean inline = length <= 64 && random.nextBoolean();
            return from.post(opcode, flags | (inline ? IbvSendWR.IBV_SEND_INLINE : 0), op);
        }

        private void atomic(int op, int opcode) {
            int counter = random.nextInt(counters.length);
            remote(COUNTERS + counter * 8L);
            found[op] = counters[counter];
            if (opcode == WrOpcode.ATOMIC_FETCH_AND_ADD) {
                from.send.operand[0] = random.nextLong();
                counters[counter] += from.send.operand[0];
            } else {
                from.send.operand[0] = random.nextBoolean() ? counters[counter] : random.nextLong();
                from.send.swap[0] = random.nextLong();
                if (from.send.operand[0] == counters[counter]) {
                    counters[counter] = from.send.swap[0];
                }
            }
        }

        boolean isDone() {
            return posted == ops
                    && !from.sends.isEmpty()
                    && from.sends.getLast().wrId() == ops - 1;
        }

        /** What was received is a prefix of what was sent, once each, in order, intact. */
        void checkReceived() {
            int i = 0;
            for (End.Done done : to.receives) {
                assertThat(done.wrId()).isEqualTo(i);
                if (done.status() == Status.SUCCESS) {
                    Expected message = messages.removeFirst();
                    assertThat(done.opcode()).isEqualTo(message.opcode);
                    assertThat(done.length()).isEqualTo(message.data.length);
                    assertThat(done.imm()).isEqualTo(message.imm);
                    if (message.opcode == WrOpcode.WC_RECV) {
                        assertThat(to.bytes(RECEIVE_SLOTS + (long) i * SLOT, message.data.length))
                                .isEqualTo(message.data);
                    }
                } else {
                    assertThat(done.status()).isEqualTo(Status.WR_FLUSH_ERR);
                    assertThat(to.qp.state()).isEqualTo(QueuePair.State.ERROR);
                }
                i++;
            }
        }

        /** All was executed, once. */
        void checkAll() {
            assertThat(messages).isEmpty();
            assertThat(to.bytes(TARGET, image.length)).isEqualTo(image);
            int next = 0;
            for (int op = 0; op < ops; op++) {
                if (signaled[op]) {
                    End.Done done = from.sends.get(next++);
                    assertThat(done.wrId()).isEqualTo(op);
                    assertThat(done.status()).isEqualTo(Status.SUCCESS);
                    assertThat(done.opcode()).isEqualTo(Segmentation.completionOpcode(opcodes[op]));
                    assertThat(done.length()).isEqualTo(lengths[op]);
                }
                checkResult(op);
            }
            assertThat(from.sends).hasSize(next);
            for (int i = 0; i < counters.length; i++) {
                assertThat(word(to, COUNTERS + i * 8L)).isEqualTo(counters[i]);
            }
        }

        private void checkResult(int op) {
            long slot = READ_SLOTS + (long) op * SLOT;
            if (opcodes[op] == WrOpcode.RDMA_READ) {
                assertThat(from.bytes(slot, lengths[op])).isEqualTo(to.bytes(READABLE + readFrom[op], lengths[op]));
            } else if (SendQueue.isReadOpcode(opcodes[op])) {
                assertThat(word(from, slot)).isEqualTo(found[op]);
            }
        }

        private static long word(End end, long offset) {
            return end.region.memory.get(java.lang.foreign.ValueLayout.JAVA_LONG, offset);
        }

        /**
         * Completions after a failure: successes, one failure, flushes, in order and none missing. The status of the
         * failure, or SUCCESS if all was flushed or had been delivered.
         */
        int checkFailed() {
            int reason = Status.SUCCESS;
            boolean failed = false;
            int op = 0;
            for (End.Done done : from.sends) {
                while (op < done.wrId() && !failed && !signaled[op]) {
                    op++; // Successes that nobody asked for.
                }
                assertThat(done.wrId()).isEqualTo(op);
                if (failed) {
                    assertThat(done.status()).isEqualTo(Status.WR_FLUSH_ERR);
                } else if (done.status() != Status.SUCCESS) {
                    failed = true;
                    reason = done.status() == Status.WR_FLUSH_ERR ? Status.SUCCESS : done.status();
                }
                op++;
            }
            while (op < posted && !failed && !signaled[op]) {
                op++;
            }
            assertThat(op).isEqualTo(posted);
            assertThat(to.receives).hasSize(receivesPosted);
            return reason;
        }

        @Override
        public String toString() {
            return ops + " operations " + java.util.Arrays.toString(opcodes) + ' ' + java.util.Arrays.toString(lengths)
                    + " completions " + from.sends + " received " + to.receives;
        }
    }
}
