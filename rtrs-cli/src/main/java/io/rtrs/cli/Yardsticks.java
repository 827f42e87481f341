package io.rtrs.cli;

import io.rtrs.cli.text.Json;
import io.rtrs.cli.text.Sizes;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Locale;

/**
 * What this machine does without RTRS, to judge its figures by: a plain copy of memory, and a plain TCP stream on loopback.
 *
 * @param copyBytesPerSecond a copy of blocks from one place in memory to another
 * @param tcpBytesPerSecond blocks through a blocking socket, to a thread that takes them
 */
record Yardsticks(double copyBytesPerSecond, double tcpBytesPerSecond) {
    private static final int ROUNDS = 5;
    private static final long WARM_UP_NS = 400_000_000L;
    private static final long ROUND_NS = 200_000_000L;
    private static final int SPAN = 64 << 20;
    /** The clock is looked at after this many bytes. */
    private static final int BETWEEN_LOOKS = 4 << 20;

    /** Work of which some bytes are done at a time. */
    private interface Work {
        long some() throws IOException;
    }

    /** Measures both, in about three seconds. */
    static Yardsticks measure(int blockSize) throws IOException, InterruptedException {
        return new Yardsticks(copy(blockSize), tcp(blockSize));
    }

    private static double copy(int blockSize) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long span = Math.max(SPAN, blockSize);
            MemorySegment from = arena.allocate(span).fill((byte) 1);
            MemorySegment to = arena.allocate(span).fill((byte) 2);
            long[] at = {0};
            return median(() -> {
                long done = 0;
                for (; done < BETWEEN_LOOKS; done += blockSize) {
                    at[0] = at[0] + 2L * blockSize <= span ? at[0] + blockSize : 0;
                    MemorySegment.copy(from, at[0], to, at[0], blockSize);
                }
                return done;
            });
        }
    }

    private static double tcp(int blockSize) throws IOException, InterruptedException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(any);
                SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                SocketChannel server = listener.accept()) {
            Thread taker = Thread.ofPlatform().daemon().name("rtrs-compare").start(() -> takeAll(server, blockSize));
            ByteBuffer block = ByteBuffer.allocateDirect(blockSize);
            double rate = median(() -> {
                long done = 0;
                for (; done < BETWEEN_LOOKS; done += blockSize) {
                    block.clear();
                    while (block.hasRemaining()) {
                        client.write(block);
                    }
                }
                return done;
            });
            client.shutdownOutput();
            taker.join();
            return rate;
        }
    }

    private static void takeAll(SocketChannel from, int blockSize) {
        ByteBuffer block = ByteBuffer.allocateDirect(blockSize);
        try {
            while (from.read(block.clear()) >= 0) {
                // nothing is done with it
            }
        } catch (IOException e) {
            // the sender sees it too
        }
    }

    private static double median(Work work) throws IOException {
        rate(work, WARM_UP_NS);
        double[] rates = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            rates[i] = rate(work, ROUND_NS);
        }
        Arrays.sort(rates);
        return rates[ROUNDS / 2];
    }

    private static double rate(Work work, long ns) throws IOException {
        long startNs = System.nanoTime();
        long elapsedNs = 0;
        long bytes = 0;
        while (elapsedNs < ns) {
            bytes += work.some();
            elapsedNs = System.nanoTime() - startNs;
        }
        return bytes * 1e9 / elapsedNs;
    }

    /** As programs read it. */
    Json addTo(Json object) {
        return object.put("copy_bytes_per_second", copyBytesPerSecond, 0)
                .put("tcp_bytes_per_second", tcpBytesPerSecond, 0);
    }

    /** The line under the table. */
    String line(int blockSize) {
        return String.format(
                Locale.ROOT,
                "beside it: a plain copy of memory %.1f MiB/s, a plain TCP stream on loopback %.1f MiB/s (blocks of"
                        + " %s, one after the other, medians of %d warm rounds)",
                copyBytesPerSecond / (1 << 20),
                tcpBytesPerSecond / (1 << 20),
                Sizes.exact(blockSize),
                ROUNDS);
    }
}
