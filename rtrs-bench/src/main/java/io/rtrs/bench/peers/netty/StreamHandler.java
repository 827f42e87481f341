package io.rtrs.bench.peers.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.rtrs.bench.peers.stream.FrameReader;
import io.rtrs.bench.peers.stream.Outbox;
import io.rtrs.bench.peers.work.Memory;
import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/**
 * A connection: each frame leaves in a buffer of its own from the pool, and all that one read caused leave with one flush.
 *
 * <p><b>Threading:</b> the event loop.
 */
final class StreamHandler extends ChannelInboundHandlerAdapter implements Outbox {
    private final Function<Outbox, FrameReader> made;
    private @Nullable FrameReader reader;
    private @Nullable ChannelHandlerContext context;

    StreamHandler(Function<Outbox, FrameReader> made) {
        this.made = made;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        reader = made.apply(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        FrameReader frames = reader;
        try {
            if (frames != null) {
                frames.feed(buffer.memoryAddress() + buffer.readerIndex(), buffer.readableBytes());
            }
        } finally {
            buffer.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the other end sees it
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a void promise: a failure comes to exceptionCaught
    public void send(long header, int headerBytes, long body, int bodyBytes) {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not connected");
        }
        ByteBuf buffer = ctx.alloc().directBuffer(headerBytes + bodyBytes);
        long to = buffer.memoryAddress();
        Memory.copy(header, to, headerBytes);
        Memory.copy(body, to + headerBytes, bodyBytes);
        buffer.writerIndex(headerBytes + bodyBytes);
        ctx.write(buffer, ctx.voidPromise());
    }

    /** Outside of a read. */
    void flush() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.flush();
        }
    }
}
