package io.rtrs.bench;

import io.rtrs.bench.load.LoadOptions;
import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RtrsClient;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Options of a client and a server in this process that talk over one address of the machine. */
final class LoopOptions {
    @Option(
            names = "--address",
            defaultValue = "127.0.0.1",
            description = "address of an RDMA device (${DEFAULT-VALUE})")
    private String address = "";

    @Option(names = "--port", defaultValue = "1234", description = "port (${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--provider",
            defaultValue = "auto",
            description = "ibverbs, inprocess, or auto: the first that has the address (${DEFAULT-VALUE})")
    private String provider = "";

    @Option(
            names = "--no-always-invalidate",
            description = "let the client keep the keys of the server's chunks: dangerous")
    private boolean noAlwaysInvalidate;

    @Option(names = "--no-invalidate-reads", description = "let the server keep the keys of the client's read buffers")
    private boolean noInvalidateReads;

    @Option(names = "--io-connections", defaultValue = "0", description = "queue pairs for IO; 0: one per CPU")
    private int ioConnections;

    @Option(names = "--wait", defaultValue = "events", description = "events, spin-then-events, yield, spin")
    private String wait = "";

    VerbsProvider provider() throws IOException {
        return provider.equals("auto")
                ? VerbsProviders.automatic(InetAddress.getByName(address))
                : VerbsProviders.named(provider);
    }

    boolean alwaysInvalidate() {
        return !noAlwaysInvalidate;
    }

    RtrsServer serve(VerbsProvider verbs, MemoryBlocks blocks) throws IOException {
        return RtrsServer.builder()
                .provider(verbs)
                .listen(new InetSocketAddress(InetAddress.getByName(address), port))
                .alwaysInvalidate(!noAlwaysInvalidate)
                .waitStrategy(LoadOptions.waitStrategy(wait))
                .handler(blocks)
                .start();
    }

    ClientSession connect(VerbsProvider verbs) throws IOException {
        RtrsClient.Builder builder = RtrsClient.builder()
                .provider(verbs)
                .sessionName("rtrs-bench")
                .path("ip:" + address + "@ip:" + address)
                .port(port)
                .waitStrategy(LoadOptions.waitStrategy(wait))
                .copyBuffers(false);
        if (noInvalidateReads) {
            builder.invalidateReads(false);
        }
        if (ioConnections > 0) {
            builder.ioConnections(ioConnections);
        }
        return builder.open();
    }
}
