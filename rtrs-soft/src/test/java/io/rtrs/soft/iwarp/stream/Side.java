package io.rtrs.soft.iwarp.stream;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.KeyTable;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.queue.CompletionSink;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.ReceiveArray;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.WorkQueues;
import io.rtrs.verbs.DisniProvider;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One end of a stream: a queue pair with memory between canaries, which keeps its completions. */
final class Side implements CompletionSink {
    static final int ALL = IbvMr.IBV_ACCESS_LOCAL_WRITE
            | IbvMr.IBV_ACCESS_REMOTE_WRITE
            | IbvMr.IBV_ACCESS_REMOTE_READ
            | IbvMr.IBV_ACCESS_REMOTE_ATOMIC
            | IbvMr.IBV_ACCESS_MW_BIND;

    private static final int CANARY = 4096;
    private static final byte SINGS = 0x5c;

    /** A completion. */
    record Done(boolean send, long wrId, int status, int opcode, int length, int imm, int flags, boolean solicited) {}

    static {
        DisniProvider.install();
    }

    final KeyTable keys;
    final Domain domain;
    final QueuePair qp;
    final SendArray send = new SendArray(1, 4);
    final ReceiveArray receive = new ReceiveArray(1, 4);
    final Posted posted = new Posted();
    final List<Done> sends = new ArrayList<>();
    final List<Done> receives = new ArrayList<>();
    final Region region;
    final Pieces pieces = new Pieces(64);
    private final MemorySegment fenced;
    boolean keeps = true;

    @SuppressWarnings("NullAway") // Nothing here asks for the device.
    Side(int number, int size) throws IOException {
        keys = new KeyTable(new Random(number)::nextInt);
        domain = new Domain(null, keys, null);
        qp = new QueuePair(number, domain, new QueueCapacity(64, 4, 64, 4, 256, true), this);
        fenced = Arena.ofAuto().allocate(size + 2L * CANARY, 64).fill(SINGS);
        region = register(fenced.asSlice(CANARY, size).fill((byte) 0), ALL);
    }

    Region register(MemorySegment segment, int access) throws IOException {
        int key = keys.reserve();
        Region made = new Region(domain, segment, access, key, false);
        keys.put(key, made);
        return made;
    }

    Window window(int type) throws IOException {
        int key = keys.reserve();
        Window made = new Window(domain, type, key);
        keys.put(key, made);
        return made;
    }

    boolean areCanariesAlive() {
        for (int i = 0; i < CANARY; i++) {
            if (fenced.get(ValueLayout.JAVA_BYTE, i) != SINGS
                    || fenced.get(ValueLayout.JAVA_BYTE, fenced.byteSize() - 1 - i) != SINGS) {
                return false;
            }
        }
        return true;
    }

    int receive(long id, long offset, int length) {
        receive.wrId[0] = id;
        receive.setSge(0, 0, region.base + offset, length, region.fixedKey);
        receive.setNumSge(0, 1);
        return qp.postReceives(receive, 0, 1, posted);
    }

    int post(int opcode, int flags, long id, long offset, int length) {
        send.wrId[0] = id;
        send.opcode[0] = opcode;
        send.flags[0] = flags;
        send.setSge(0, 0, region.base + offset, length, region.fixedKey);
        send.setNumSge(0, 1);
        return qp.postSends(send, 0, 1, posted);
    }

    Side remote(Side other, long offset) {
        send.remote[0] = other.region.base + offset;
        send.rkey[0] = other.region.fixedKey;
        return this;
    }

    byte[] bytes(long offset, int length) {
        return region.memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    void fill(long offset, byte[] bytes) {
        MemorySegment.copy(bytes, 0, region.memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    /** Takes at most {@code most} bytes of its output. */
    byte[] take(int most, long nowNs) {
        if (!qp.hasOutput()) {
            return new byte[0];
        }
        qp.from(pieces, nowNs);
        byte[] taken = new byte[(int) Math.min(most, pieces.bytes())];
        int done = 0;
        for (int i = 0; i < pieces.count() && done < taken.length; i++) {
            int part = (int) Math.min(taken.length - done, pieces.length(i));
            MemorySegment.copy(pieces.memory(i), ValueLayout.JAVA_BYTE, pieces.offset(i), taken, done, part);
            done += part;
        }
        qp.sent(taken.length, nowNs);
        return taken;
    }

    /** Gives it bytes from {@code at} on, as one call would; how many it took. */
    int give(byte[] bytes, int at, int most, long nowNs) {
        int done = 0;
        synchronized (qp.guard()) {
            qp.into(pieces, nowNs);
            int left = Math.min(most, bytes.length - at);
            for (int i = 0; i < pieces.count() && left > 0; i++) {
                int part = (int) Math.min(left, pieces.length(i));
                MemorySegment.copy(bytes, at + done, pieces.memory(i), ValueLayout.JAVA_BYTE, pieces.offset(i), part);
                done += part;
                left -= part;
            }
        }
        if (done > 0) {
            qp.arrived(done, nowNs);
        }
        return done;
    }

    /** Gives it all of the bytes that it takes. */
    int giveAll(byte[] bytes, long nowNs) {
        int at = 0;
        int took = 1;
        while (at < bytes.length && took > 0) {
            took = give(bytes, at, bytes.length, nowNs);
            at += took;
        }
        return at;
    }

    @Override
    public void complete(
            WorkQueues from,
            boolean isSend,
            long sequence,
            long wrId,
            int status,
            int opcode,
            int byteLen,
            int rawImmOrKey,
            int wcFlags,
            boolean solicited) {
        if (keeps) {
            (isSend ? sends : receives)
                    .add(new Done(isSend, wrId, status, opcode, byteLen, rawImmOrKey, wcFlags, solicited));
        }
        from.retire(isSend, sequence);
    }
}
