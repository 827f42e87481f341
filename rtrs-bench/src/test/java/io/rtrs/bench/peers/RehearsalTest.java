package io.rtrs.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.bench.peers.work.BlockLoad;
import io.rtrs.bench.peers.work.PeerClient;
import io.rtrs.bench.peers.work.Shape;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A client runs every load of the table before its own. */
class RehearsalTest {
    private static final int EIO = 5;

    @Test
    void everyLoadIsRehearsed() throws Exception {
        Answering client = new Answering(0);
        assertThat(Rehearsal.run(client, 0.01)).isZero();
        assertThat(client.shapes).isEqualTo(Shape.ALL);
    }

    @Test
    void requestsThatFailInTheRehearsalAreTold() throws Exception {
        Answering client = new Answering(EIO);
        int each = Shape.ALL.stream().mapToInt(Shape::depth).sum();
        assertThat(Rehearsal.run(client, 0.01)).isEqualTo(each);
    }

    /** Answers all requests with a status. */
    private static final class Answering implements PeerClient {
        private final MemorySegment blocks = Arena.ofAuto().allocate((long) Shape.BLOCK_MAX * Shape.DEPTH_MAX);
        private final List<Shape> shapes = new ArrayList<>();
        private final int status;

        Answering(int status) {
            this.status = status;
        }

        @Override
        public MemorySegment blocks() {
            return blocks;
        }

        @Override
        public void run(BlockLoad load) {
            shapes.add(load.shape());
            Queue<Integer> sent = new ArrayDeque<>();
            load.start((slot, direction, length, offset) -> sent.add(slot));
            while (!load.isOver()) {
                load.onAnswer(sent.remove(), status);
            }
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
