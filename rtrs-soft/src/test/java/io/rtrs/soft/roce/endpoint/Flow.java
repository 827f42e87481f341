package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.queue.CompletionSink;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.roce.cm.QueuePairAttributes;
import io.rtrs.soft.roce.cm.message.Told;
import io.rtrs.soft.roce.rc.Counters;
import io.rtrs.soft.roce.rc.QueuePair;
import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.WorkQueues;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A queue pair that writes or reads without a pause, and looks at every byte that was carried. */
final class Flow {
    private static final int DEPTH = 16;
    private static final int ACCESS = IbvMr.IBV_ACCESS_LOCAL_WRITE
            | IbvMr.IBV_ACCESS_REMOTE_WRITE
            | IbvMr.IBV_ACCESS_REMOTE_READ
            | IbvMr.IBV_ACCESS_REMOTE_ATOMIC;

    private final int opcode;
    private final int length;
    private final Lane lane;
    private final Region here;
    private final Region there;
    private final SendArray send = new SendArray(1, 1);
    private long posted;
    private long completed;
    private int failure;

    /**
     * Connects two queue pairs; their endpoints tell each other about a receive buffer.
     *
     * @param length bytes of each message
     * @param receiveBytes 0: they tell nothing
     */
    Flow(SimulatedEndpoint from, SimulatedEndpoint to, boolean reads, int length, int receiveBytes) {
        this.opcode = reads ? WrOpcode.RDMA_READ : WrOpcode.RDMA_WRITE;
        this.length = length;
        QueueCapacity capacity = new QueueCapacity(DEPTH, 1, 1, 1, 0, true);
        lane = from.endpoint.open(new QueuePair(from.numbers.take(), from.domain, capacity, this::complete));
        CompletionSink none = (qp, isSend, sequence, wrId, status, wc, bytes, imm, flags, solicited) -> {};
        Lane other = to.endpoint.open(new QueuePair(to.numbers.take(), to.domain, capacity, none));
        here = register(from);
        there = register(to);
        connect(from, lane, to, other, receiveBytes);
        connect(to, other, from, lane, receiveBytes);
    }

    private Region register(SimulatedEndpoint end) {
        try {
            int key = end.domain.keys.reserve();
            Region made = new Region(end.domain, Arena.ofAuto().allocate((long) DEPTH * length, 8), ACCESS, key, false);
            end.domain.keys.put(key, made);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void connect(SimulatedEndpoint end, Lane own, SimulatedEndpoint to, Lane other, int receiveBytes) {
        QueuePairAttributes attributes = new QueuePairAttributes(
                RoceAddress.of(to.link.local()),
                other.number(),
                other.number() * 77,
                own.number() * 77,
                1024,
                DEPTH,
                DEPTH,
                7,
                7,
                17,
                new Told(receiveBytes, false));
        int errno = new Management(end.endpoint, end).connectQueuePair(own.number(), attributes, 0);
        assertThat(errno).isZero();
    }

    private MemorySegment slot(Region region, long message) {
        return region.memory.asSlice(message % DEPTH * length, length);
    }

    private Region source() {
        return opcode == WrOpcode.RDMA_READ ? there : here;
    }

    private Region target() {
        return opcode == WrOpcode.RDMA_READ ? here : there;
    }

    /** Posts as much as the queue takes; whether it was anything. */
    boolean post() {
        long before = posted;
        while (failure == 0 && posted - completed < DEPTH) {
            slot(source(), posted).fill((byte) (posted * 31 + lane.number()));
            slot(target(), posted).fill((byte) 0);
            long at = posted % DEPTH * length;
            send.setSge(0, 0, here.base + at, length, here.fixedKey);
            send.setNumSge(0, 1);
            send.opcode[0] = opcode;
            send.flags[0] = IbvSendWR.IBV_SEND_SIGNALED;
            send.remote[0] = there.base + at;
            send.rkey[0] = there.fixedKey;
            send.wrId[0] = posted;
            assertThat(lane.queuePair().postSends(send, 0, 1, new Posted())).isZero();
            posted++;
        }
        if (posted != before) {
            lane.ring();
        }
        return posted != before;
    }

    private void complete(
            WorkQueues qp,
            boolean isSend,
            long sequence,
            long wrId,
            int status,
            int wc,
            int bytes,
            int imm,
            int flags,
            boolean solicited) {
        qp.retire(isSend, sequence);
        if (status != 0) {
            failure = failure == 0 ? status : failure;
            return;
        }
        assertThat(wrId).isEqualTo(completed);
        assertThat(slot(target(), wrId).mismatch(slot(source(), wrId))).isEqualTo(-1);
        completed++;
    }

    /** Bytes that were carried, and seen to be right. */
    long bytes() {
        return completed * length;
    }

    /** The status of a failure, or 0. */
    int failure() {
        return failure;
    }

    Counters counters() {
        return lane.queuePair().counters();
    }

    Lane lane() {
        return lane;
    }

    @Override
    public String toString() {
        Counters k = counters();
        return bytes() + " bytes, window " + k.window + ", round trip " + k.roundTripNs / 1000 + " us, losses "
                + k.losses + ", resends " + k.resends + ", timeouts " + k.timeouts + ", probes " + k.probes + ", late "
                + k.late + ", failure " + failure;
    }
}
