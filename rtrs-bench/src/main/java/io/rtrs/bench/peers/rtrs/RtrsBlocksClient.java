package io.rtrs.bench.peers.rtrs;

import io.rtrs.bench.load.BlockHeader;
import io.rtrs.bench.peers.work.BlockLoad;
import io.rtrs.bench.peers.work.PeerClient;
import io.rtrs.bench.peers.work.Requests;
import io.rtrs.bench.peers.work.Shape;
import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RequestCallback;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.verbs.VerbsProviders;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** An RTRS session; requests go out from the callbacks of those before. */
public final class RtrsBlocksClient implements PeerClient, Requests {
    private final ClientSession session;
    private final RegisteredMemory memory;
    private final Slot[] slots = new Slot[Shape.DEPTH_MAX];
    private volatile @Nullable BlockLoad load;

    /**
     * Connects.
     *
     * @param wait how its loops wait; null: as the library does if nobody says
     * @param connections for IO; 0: as many as the library makes if nobody says
     */
    public RtrsBlocksClient(InetSocketAddress server, @Nullable WaitStrategy wait, int connections) throws IOException {
        RtrsClient.Builder builder = RtrsClient.builder()
                .provider(VerbsProviders.named("softroce"))
                .sessionName("rtrs-bench-peers")
                .path("ip:" + server.getAddress().getHostAddress())
                .port(server.getPort());
        if (wait != null) {
            builder.waitStrategy(wait);
        }
        if (connections > 0) {
            builder.ioConnections(connections);
        }
        session = builder.open();
        memory = session.allocate((long) Shape.BLOCK_MAX * Shape.DEPTH_MAX);
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot(i, session.getPermit(ConnectionType.IO));
        }
    }

    @Override
    public MemorySegment blocks() {
        return memory.segment();
    }

    /** Everything happens on the connections' loops: the answer of a first small request starts the load. */
    @Override
    public void run(BlockLoad next) throws InterruptedException {
        load = next;
        slots[0].starts = true;
        slots[0].send(BlockHeader.READ, Long.BYTES, 0);
        next.awaitOver();
    }

    @Override
    public void send(int slot, int direction, int length, long offset) {
        slots[slot].send(direction, length, offset);
    }

    @Override
    public void close() throws IOException {
        for (Slot slot : slots) {
            session.putPermit(slot.permit);
        }
        memory.close();
        session.close();
    }

    /** One request in flight. */
    private final class Slot implements RequestCallback {
        private final int number;
        private final Permit permit;
        private final MemorySegment header = Arena.ofAuto().allocate(BlockHeader.BYTES, Long.BYTES);
        private boolean starts;

        Slot(int number, Permit permit) {
            this.number = number;
            this.permit = permit;
        }

        void send(int direction, int length, long offset) {
            BlockHeader.encode(header, 0, direction, length, offset, number);
            Direction way = direction == BlockHeader.WRITE ? Direction.WRITE : Direction.READ;
            Status status = session.request(way, permit, this, header, memory, BlockLoad.blockAt(number), length);
            if (!status.isOk()) {
                throw new IllegalStateException("request: " + status);
            }
        }

        @Override
        public void onComplete(Permit completed, Status status) {
            BlockLoad now = load;
            if (now == null) {
                throw new IllegalStateException("an answer without a load");
            }
            if (starts) {
                starts = false;
                now.start(RtrsBlocksClient.this);
            } else {
                now.onAnswer(number, status.errno());
            }
        }
    }
}
