package io.rtrs.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.bench.network.Loopback;
import io.rtrs.bench.peers.work.BlockLoad;
import io.rtrs.bench.peers.work.Content;
import io.rtrs.bench.peers.work.Limits;
import io.rtrs.bench.peers.work.PeerClient;
import io.rtrs.bench.peers.work.PeerServer;
import io.rtrs.bench.peers.work.Shape;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Every transport of the comparison does the work: the right bytes in the right places, both ways. */
@Timeout(120)
class PeersTest {
    private static final int REQUESTS = 48;

    /** A free loopback address with a port that is free there, as the one after it is. */
    private static InetSocketAddress place() throws IOException {
        InetAddress host = Loopback.free();
        while (true) {
            try (ServerSocket first = new ServerSocket(0, 1, host);
                    ServerSocket second = new ServerSocket()) {
                int port = first.getLocalPort();
                second.bind(new InetSocketAddress(host, port + 1));
                return new InetSocketAddress(host, port);
            } catch (BindException e) {
                // another pair, then
            }
        }
    }

    /** Each as the table has it, and what can have several connections with several. */
    static Stream<Arguments> kinds() {
        return Arrays.stream(PeerKind.values())
                .flatMap(kind -> IntStream.of(kind.connections(), kind.takesConnections() ? 3 : kind.connections())
                        .distinct()
                        .mapToObj(connections -> Arguments.of(kind, connections)));
    }

    private static BlockLoad run(PeerClient client, boolean write, int blockSize, int depth, Content content)
            throws IOException, InterruptedException {
        Limits limits = Limits.requests(System.nanoTime(), REQUESTS);
        BlockLoad load = new BlockLoad(new Shape(write, blockSize, depth), limits, client.blocks(), content);
        client.run(load);
        assertThat(load.sent()).isEqualTo(REQUESTS);
        assertThat(load.counted()).isEqualTo(REQUESTS);
        assertThat(load.errors()).isZero();
        return load;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @SuppressWarnings("try") // the server only has to be there
    void blocksGoWhereTheyBelongAndComeBack(PeerKind kind, int connections) throws Exception {
        assumeTrue(kind.isInstalled(), () -> kind + " is not installed");
        InetSocketAddress place = place();
        try (MemoryBlocks blocks = new MemoryBlocks(Shape.SPAN, true);
                PeerServer server = kind.serve(place, blocks);
                PeerClient client = kind.connect(place, connections)) {
            long round = 0;
            for (int depth : new int[] {1, 7, 32}) {
                for (int blockSize : new int[] {8, 4096, Shape.BLOCK_MAX}) {
                    Content content = new Content(++round);
                    run(client, true, blockSize, depth, content);
                    MemorySegment written = blocks.memory();
                    assertThat(content.matches(written, 0, REQUESTS * blockSize, 0))
                            .isTrue();
                    assertThat(run(client, false, blockSize, depth, content).mismatches())
                            .isZero();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @SuppressWarnings("try")
    void aWrongByteOnTheServerIsFound(PeerKind kind, int connections) throws Exception {
        assumeTrue(kind.isInstalled(), () -> kind + " is not installed");
        InetSocketAddress place = place();
        try (MemoryBlocks blocks = new MemoryBlocks(Shape.SPAN, true);
                PeerServer server = kind.serve(place, blocks);
                PeerClient client = kind.connect(place, connections)) {
            Content content = new Content(1);
            content.fill(blocks.memory(), 0, REQUESTS * 4096, 0);
            MemorySegment wrong = blocks.memory().asSlice(20 * 4096 + 4095, 1);
            wrong.fill((byte) ~wrong.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
            assertThat(run(client, false, 4096, 4, content).mismatches()).isEqualTo(1);
        }
    }
}
