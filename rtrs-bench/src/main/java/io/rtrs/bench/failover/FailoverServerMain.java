package io.rtrs.bench.failover;

import io.rtrs.bench.child.ParentWatch;
import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProviders;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** The server: prints a line when it listens, ends with its standard input. */
final class FailoverServerMain {
    static final String READY = "listening";
    static final long SPAN = 16 << 20;
    static final int QUEUE_DEPTH = 128;
    private static final int CHUNK = 1 << 14;

    private FailoverServerMain() {}

    /** {@code PROVIDER PORT ADDRESS…}. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        InetSocketAddress[] addresses = Arrays.stream(arguments)
                .skip(2)
                .map(address -> new InetSocketAddress(InetAddress.ofLiteral(address), port))
                .toArray(InetSocketAddress[]::new);
        try (MemoryBlocks blocks = new MemoryBlocks(SPAN, false);
                RtrsServer server = RtrsServer.builder()
                        .provider(VerbsProviders.named(arguments[0]))
                        .listen(addresses)
                        .queueDepth(QUEUE_DEPTH)
                        .chunkSize(CHUNK)
                        .handler(blocks)
                        .start()) {
            System.out.println(READY + " " + server.localAddresses());
            System.out.flush();
            ParentWatch.answer(System.out);
        }
    }
}
