package io.rtrs.interop.paths;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.wire.Layouts;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.RtrsServer;
import io.rtrs.server.ServerOperation;
import io.rtrs.verbs.VerbsProviders;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The program of a server whose blocks are in a file, so that they outlive it. A request's user header is the number of a
 * block. It says {@code ready}, and ends with its standard input.
 */
final class StoreServer implements RequestHandler {
    static final String READY = "ready";
    static final int QUEUE_DEPTH = 128;
    static final int BLOCKS = 256;

    private final MemorySegment store;

    private StoreServer(MemorySegment store) {
        this.store = store;
    }

    /** {@code PROVIDER PORT FILE ADDRESS…}. */
    public static void main(String[] arguments) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        Path.of(arguments[2]),
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE);
                Arena arena = Arena.ofShared()) {
            MemorySegment store = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) BLOCKS * Blocks.BYTES, arena);
            serve(arguments, RtrsServer.builder().handler(new StoreServer(store)));
        }
    }

    /** Serves until the standard input ends. */
    static void serve(String[] arguments, RtrsServer.Builder builder) throws IOException {
        InetSocketAddress[] addresses = Arrays.stream(arguments)
                .skip(3)
                .map(address -> new InetSocketAddress(InetAddress.ofLiteral(address), Integer.parseInt(arguments[1])))
                .toArray(InetSocketAddress[]::new);
        RtrsServer server = builder.provider(VerbsProviders.named(arguments[0]))
                .listen(addresses)
                .queueDepth(QUEUE_DEPTH)
                .start();
        System.out.println(READY);
        while (System.in.read() >= 0) {
            // The parent says nothing; it only goes.
        }
        server.close();
    }

    @Override
    public void onRequest(ServerOperation operation, long handle) {
        if (operation.userHeaderLength() != Integer.BYTES) {
            operation.respond(handle, Status.INVALID);
            return;
        }
        int block = operation.chunk().get(Layouts.LE32, operation.userHeaderOffset());
        if (block < 0 || block >= BLOCKS || operation.dataLength() != Blocks.BYTES) {
            operation.respond(handle, Status.INVALID);
            return;
        }
        if (operation.direction() == Direction.WRITE) {
            operation.copyTo(store, (long) block * Blocks.BYTES);
        } else {
            operation.copyFrom(store, (long) block * Blocks.BYTES);
        }
        operation.respond(handle, Status.OK);
    }
}
