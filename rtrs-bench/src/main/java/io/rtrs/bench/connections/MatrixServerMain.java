package io.rtrs.bench.connections;

import io.rtrs.bench.child.ParentWatch;
import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.bench.peers.rtrs.RtrsBlocksServer;
import io.rtrs.bench.peers.work.Shape;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The servers of all ways of waiting: prints a line when they listen, ends with its standard input. */
final class MatrixServerMain {
    /** What it prints when all listen. */
    static final String READY = "listening";

    private MatrixServerMain() {}

    /** Arguments: the address, the first port, and the ways of waiting, each of which has the next port. */
    public static void main(String[] args) throws Exception {
        InetAddress address = InetAddress.ofLiteral(args[0]);
        int port = Integer.parseInt(args[1]);
        List<String> waits = List.of(args).subList(2, args.length);
        List<RtrsBlocksServer> servers = new ArrayList<>();
        try (MemoryBlocks blocks = new MemoryBlocks(Shape.SPAN, true)) {
            for (int i = 0; i < waits.size(); i++) {
                InetSocketAddress at = new InetSocketAddress(address, port + i);
                servers.add(new RtrsBlocksServer(at, blocks, Waits.parse(waits.get(i)), Waits.loops(waits.get(i))));
            }
            System.out.println(READY);
            System.out.flush();
            ParentWatch.answer(System.out);
        } finally {
            servers.forEach(RtrsBlocksServer::close);
        }
    }
}
