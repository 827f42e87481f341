package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.Garbage;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.KeyTable;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.queue.CompletionSink;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.roce.rc.QpAttributes.Limits;
import io.rtrs.soft.roce.rc.QpAttributes.Patience;
import io.rtrs.soft.roce.rc.QpAttributes.Remote;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.ReceiveArray;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.WorkQueues;
import io.rtrs.verbs.DisniProvider;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Random;

class AllocationTest {
    private static final int MTU = 4096;
    private static final int LENGTH = 128 << 10;

    static {
        DisniProvider.install();
    }

    /** Two connected queue pairs; completions are counted and polled at once. */
    private static final class Bench implements CompletionSink {
        final Pipe toA = new Pipe();
        final Pipe toB = new Pipe();
        final QueuePair a;
        final QueuePair b;
        final Region region;
        final SendArray send = new SendArray(1, 2);
        final ReceiveArray receive = new ReceiveArray(1, 2);
        final Posted posted = new Posted();
        int completed;
        int received;
        long nowNs;

        @SuppressWarnings("NullAway") // Nothing here asks for the device.
        Bench() throws IOException {
            KeyTable keys = new KeyTable(new Random(1)::nextInt);
            Domain domain = new Domain(null, keys, null);
            int key = keys.reserve();
            region = new Region(domain, Arena.ofAuto().allocate(4L * LENGTH, 64), End.ALL_ACCESS, key, false);
            keys.put(key, region);
            QueueCapacity capacity = new QueueCapacity(64, 2, 64, 2, 64, true);
            a = new QueuePair(2, domain, capacity, this);
            b = new QueuePair(3, domain, capacity, this);
            Patience patience = new Patience(14, 7, 7, 12);
            Limits limits = new Limits(4, 128);
            Remote remote = Remote.withResources(4);
            a.connect(new QpAttributes(3, MTU, 5, 9, remote, patience, limits), 0);
            b.connect(new QpAttributes(2, MTU, 9, 5, remote, patience, limits), 0);
            send.setSge(0, 0, region.base, LENGTH, region.fixedKey);
            send.setNumSge(0, 1);
            send.remote[0] = region.base + 2L * LENGTH;
            send.rkey[0] = region.fixedKey;
            receive.setSge(0, 0, region.base + LENGTH, LENGTH, region.fixedKey);
            receive.setNumSge(0, 1);
        }

        @Override
        public void complete(
                WorkQueues qp,
                boolean isSend,
                long sequence,
                long wrId,
                int status,
                int opcode,
                int byteLen,
                int rawImmOrKey,
                int wcFlags,
                boolean solicited) {
            if (status != 0) {
                throw new IllegalStateException("status " + status);
            }
            if (isSend) {
                completed++;
            } else {
                received++;
            }
            qp.retire(isSend, sequence);
        }

        void transfer(int opcode, int length) {
            b.postReceives(receive, 0, 1, posted);
            send.opcode[0] = opcode;
            send.flags[0] = length <= 64 ? IbvSendWR.IBV_SEND_INLINE : 0;
            send.setSge(0, 0, region.base, length, region.fixedKey);
            int until = completed + 1;
            if (a.postSends(send, 0, 1, posted) != 0) {
                throw new IllegalStateException("not posted");
            }
            while (completed < until) {
                nowNs += 1000;
                a.poll(toB, 64, nowNs);
                toB.deliver(b, nowNs);
                b.poll(toA, 64, nowNs);
                toA.deliver(a, nowNs);
            }
        }

        void round() {
            transfer(WrOpcode.RDMA_WRITE_WITH_IMM, LENGTH);
            transfer(WrOpcode.SEND, 300);
            transfer(WrOpcode.RDMA_WRITE_WITH_IMM, 40);
            b.poll(toA, 64, nowNs);
            receiveNone(WrOpcode.RDMA_READ, LENGTH);
            receiveNone(WrOpcode.ATOMIC_FETCH_AND_ADD, 8);
        }

        private void receiveNone(int opcode, int length) {
            send.opcode[0] = opcode;
            send.flags[0] = 0;
            send.setSge(0, 0, region.base, length, region.fixedKey);
            int until = completed + 1;
            a.postSends(send, 0, 1, posted);
            while (completed < until) {
                a.poll(toB, 64, nowNs);
                toB.deliver(b, nowNs);
                b.poll(toA, 64, nowNs);
                toA.deliver(a, nowNs);
            }
        }
    }

    @Test
    void trafficOfAllKindsAllocatesNothing() throws Exception {
        Bench bench = new Bench();
        long least = Garbage.onceCompiled(0, () -> {
            for (int i = 0; i < 200; i++) {
                bench.round();
            }
        });
        assertThat(least).as("bytes in 200 rounds").isLessThanOrEqualTo(0);
        assertThat(bench.received).isPositive();
    }
}
