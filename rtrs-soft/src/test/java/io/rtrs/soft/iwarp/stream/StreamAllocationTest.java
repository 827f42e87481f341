package io.rtrs.soft.iwarp.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.Garbage;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;

class StreamAllocationTest {
    private final Pieces into = new Pieces(64);

    /** Moves what one side has to the other, from memory to memory. */
    private boolean move(Side from, Side to) {
        if (!from.qp.hasOutput()) {
            return false;
        }
        from.qp.from(from.pieces, 1);
        long moved = 0;
        int at = 0;
        long used = 0;
        while (at < from.pieces.count()) {
            synchronized (to.qp.guard()) {
                to.qp.into(into, 1);
                moved = 0;
                for (int i = 0; i < into.count() && at < from.pieces.count(); i++) {
                    long room = into.length(i);
                    long put = 0;
                    while (room > 0 && at < from.pieces.count()) {
                        long part = Math.min(room, from.pieces.length(at) - used);
                        MemorySegment.copy(
                                from.pieces.memory(at),
                                from.pieces.offset(at) + used,
                                into.memory(i),
                                into.offset(i) + put,
                                part);
                        put += part;
                        room -= part;
                        used += part;
                        moved += part;
                        if (used == from.pieces.length(at)) {
                            at++;
                            used = 0;
                        }
                    }
                }
            }
            to.qp.arrived(moved, 1);
        }
        from.qp.sent(from.pieces.bytes(), 1);
        return true;
    }

    private void settle(Pair pair) {
        boolean moved = true;
        while (moved) {
            moved = move(pair.a, pair.b);
            moved |= move(pair.b, pair.a);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void trafficOfAllKindsAllocatesNothing(boolean crc) throws Exception {
        Pair pair = Pair.of(crc, 65535, 1, 1);
        pair.a.keeps = false;
        pair.b.keeps = false;
        int[] codes = {
            WrOpcode.SEND,
            WrOpcode.RDMA_WRITE,
            WrOpcode.RDMA_READ,
            WrOpcode.RDMA_WRITE_WITH_IMM,
            WrOpcode.SEND_WITH_IMM,
            WrOpcode.ATOMIC_FETCH_AND_ADD
        };
        long least = Garbage.onceCompiled(0, () -> {
            for (int i = 0; i < 600; i++) {
                int code = codes[i % codes.length];
                int length = code == WrOpcode.ATOMIC_FETCH_AND_ADD ? 8 : i % 7 == 0 ? 128 << 10 : 512;
                pair.b.receive(i, 0, 128 << 10);
                pair.a.remote(pair.b, 256 << 10).post(code, IbvSendWR.IBV_SEND_SIGNALED, i, 512 << 10, length);
                settle(pair);
                if (code == WrOpcode.RDMA_WRITE || code == WrOpcode.RDMA_READ || length == 8) {
                    pair.a.receive(i, 0, 1000);
                    pair.b.post(WrOpcode.SEND, 0, i, 0, 100);
                    pair.a.post(WrOpcode.SEND, 0, i, 0, 100);
                    settle(pair);
                }
            }
        });
        assertThat(least).as("bytes of 600 rounds").isLessThanOrEqualTo(0);
        assertThat(pair.a.qp.isConnected()).isTrue();
    }
}
