package io.rtrs.bench.peers.nio;

import io.rtrs.bench.peers.stream.FrameReader;
import io.rtrs.bench.peers.stream.Outbox;
import io.rtrs.bench.peers.work.Memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One connection with a buffer each way: what is sent while the bytes of one read are worked through leaves with one call.
 *
 * <p><b>Threading:</b> one thread. <b>Allocation:</b> none of its own.
 */
final class NioStream implements Outbox, AutoCloseable {
    private static final int BUFFER_BYTES = 256 << 10;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final long inAddress = MemorySegment.ofBuffer(in).address();
    private final long outAddress = MemorySegment.ofBuffer(out).address();

    NioStream(SocketChannel channel, boolean spins) throws IOException {
        this.channel = channel;
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(!spins);
    }

    @Override
    public void send(long header, int headerBytes, long body, int bodyBytes) {
        if (out.remaining() < headerBytes + bodyBytes) {
            flush();
        }
        int at = out.position();
        Memory.copy(header, outAddress + at, headerBytes);
        Memory.copy(body, outAddress + at + headerBytes, bodyBytes);
        out.position(at + headerBytes + bodyBytes);
    }

    /** Hands what was sent to the kernel. */
    void flush() {
        if (out.position() == 0) {
            return;
        }
        out.flip();
        try {
            while (out.hasRemaining()) {
                if (channel.write(out) == 0) {
                    Thread.onSpinWait();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.clear();
    }

    /** Reads once; false at the end of the stream. */
    boolean read(FrameReader reader) throws IOException {
        in.clear();
        int length = channel.read(in);
        if (length > 0) {
            reader.feed(inAddress, length);
        } else {
            Thread.onSpinWait();
        }
        return length >= 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
