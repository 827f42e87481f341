package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.queue.SendQueue;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** What one end asks of the other, and what must come of it. */
final class Traffic {
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
        WrOpcode.SEND_WITH_INV,
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
        final int immOrKey;
        final byte[] data;

        /** Whose key the message ends. */
        final @Nullable Window window;

        Expected(int opcode, int immOrKey, byte[] data, @Nullable Window window) {
            this.opcode = opcode;
            this.immOrKey = immOrKey;
            this.data = data;
            this.window = window;
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
    private final Map<Integer, Window> windows = new HashMap<>();
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
        to.watcher = this::onReceived;
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
                    messages.add(new Expected(WrOpcode.WC_RECV_RDMA_WITH_IMM, imm, new byte[length], null));
                }
            }
            case WrOpcode.SEND_WITH_INV -> {
                Window window = boundWindow();
                from.send.rkey[0] = window.key();
                errno = split(opcode, flags, op, source, length);
                messages.add(new Expected(WrOpcode.WC_RECV, window.key(), data, window));
            }
            default -> {
                errno = split(opcode, flags, op, source, length);
                messages.add(new Expected(WrOpcode.WC_RECV, opcode == WrOpcode.SEND ? 0 : imm, data, null));
            }
        }
        assertThat(errno).isZero();
    }

    /** A window of the receiver's that its peer may invalidate. */
    private Window boundWindow() {
        try {
            Window window = to.window(MemoryWindow.TYPE_2);
            int key = (window.key() & ~0xff) | ((window.key() + 1) & 0xff);
            int access = IbvMr.IBV_ACCESS_REMOTE_WRITE;
            assertThat(window.bind(to.qp, to.domain, key, to.region, to.address(TARGET), 64, access))
                    .isTrue();
            windows.put(key, window);
            return window;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** When a message is reported the key that it named is dead (spec/rocev2.md 18.53). */
    private void onReceived(End.Done done) {
        Window window = (done.flags() & WrOpcode.WC_WITH_INV) == 0 ? null : windows.get(done.imm());
        if (window != null) {
            assertThat(window.invalidate(to.qp, window.key())).isFalse();
        }
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
        return posted == ops && !from.sends.isEmpty() && from.sends.getLast().wrId() == ops - 1;
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
                assertThat(done.imm()).isEqualTo(message.immOrKey);
                assertThat((done.flags() & WrOpcode.WC_WITH_INV) != 0).isEqualTo(message.window != null);
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
        for (Expected message : messages) {
            // Not received, so nothing of it was executed.
            assertThat(message.window == null || message.window.invalidate(to.qp, message.immOrKey))
                    .isTrue();
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
                assertThat(done.opcode()).isEqualTo(SendQueue.completionOpcode(opcodes[op]));
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
        return end.region.memory.get(ValueLayout.JAVA_LONG, offset);
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
        return ops + " operations " + Arrays.toString(opcodes) + ' ' + Arrays.toString(lengths) + " completions "
                + from.sends + " received " + to.receives;
    }
}
