package io.rtrs.bench.peers;

import io.rtrs.bench.child.ParentWatch;
import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.bench.peers.work.PeerServer;
import io.rtrs.bench.peers.work.Shape;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The server of one measurement: prints a line when it listens, answers questions, ends with its standard input. */
public final class PeerServerMain {
    /** What it prints when it listens. */
    static final String READY = "listening";

    private PeerServerMain() {}

    /** Arguments: the peer, the address and the port. */
    @SuppressWarnings("try") // the server only has to be there
    public static void main(String[] args) throws Exception {
        PeerKind kind = PeerKind.parse(args[0]);
        InetSocketAddress at = new InetSocketAddress(InetAddress.ofLiteral(args[1]), Integer.parseInt(args[2]));
        try (MemoryBlocks blocks = new MemoryBlocks(Shape.SPAN, true);
                PeerServer server = kind.serve(at, blocks)) {
            System.out.println(READY);
            System.out.flush();
            ParentWatch.answer(System.out);
        }
    }
}
