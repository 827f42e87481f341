package io.rtrs.bench.sessions;

import io.rtrs.bench.child.ParentWatch;
import io.rtrs.bench.load.LoadOptions;
import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProviders;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The server: prints a line when it listens, ends with its standard input. */
final class SessionsServerMain {
    static final String READY = "listening";
    static final long SPAN = 16 << 20;
    static final int QUEUE_DEPTH = 16;
    static final int CHUNK = 1 << 14;

    private SessionsServerMain() {}

    /** {@code ADDRESS PORT SESSIONS WAIT}: its memory is just enough for so many sessions of one path. */
    public static void main(String[] arguments) throws Exception {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.ofLiteral(arguments[0]), Integer.parseInt(arguments[1]));
        try (MemoryBlocks blocks = new MemoryBlocks(SPAN, false);
                RtrsServer server = RtrsServer.builder()
                        .provider(VerbsProviders.named("softroce"))
                        .listen(address)
                        .queueDepth(QUEUE_DEPTH)
                        .chunkSize(CHUNK)
                        .memoryMax(Long.parseLong(arguments[2]) * QUEUE_DEPTH * CHUNK)
                        .waitStrategy(LoadOptions.waitStrategy(arguments[3]))
                        .handler(blocks)
                        .start()) {
            System.out.println(READY + " " + server.localAddresses());
            System.out.flush();
            ParentWatch.answer(System.out);
        }
    }
}
