package io.rtrs.bench.paths;

import io.rtrs.bench.child.ParentWatch;
import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProviders;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** The server: prints a line when it listens, ends with its standard input. */
final class PathsServerMain {
    static final String READY = "listening";
    static final long SPAN = 64L << 20;
    static final int QUEUE_DEPTH = 128;

    private PathsServerMain() {}

    /** {@code PORT ADDRESS…}. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        InetSocketAddress[] addresses = Arrays.stream(arguments)
                .skip(1)
                .map(address -> new InetSocketAddress(InetAddress.ofLiteral(address), port))
                .toArray(InetSocketAddress[]::new);
        try (MemoryBlocks blocks = new MemoryBlocks(SPAN, true);
                RtrsServer server = RtrsServer.builder()
                        .provider(VerbsProviders.named("softroce"))
                        .listen(addresses)
                        .queueDepth(QUEUE_DEPTH)
                        // A header is in the chunk too.
                        .chunkSize(2 * Setting.LARGE)
                        .handler(blocks)
                        .answerFrom(blocks.memory())
                        .start()) {
            System.out.println(READY + " " + server.localAddresses());
            System.out.flush();
            ParentWatch.answer(System.out);
        }
    }
}
