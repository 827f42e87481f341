package io.rtrs.bench.peers.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.rtrs.bench.peers.stream.BlockClient;
import io.rtrs.bench.peers.stream.FrameReader;
import io.rtrs.bench.peers.stream.Outbox;
import io.rtrs.bench.peers.work.BlockLoad;
import io.rtrs.bench.peers.work.PeerClient;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** A client whose requests and answers pass on one event loop. */
public final class NettyClient implements PeerClient {
    private final EventLoopGroup loop = NettyTransport.oneLoop();
    private final StreamHandler handler = new StreamHandler(this::made);
    private final Channel channel;
    private final BlockClient client = new BlockClient(handler);

    /** Connects. */
    public NettyClient(InetSocketAddress server) throws InterruptedException {
        channel = new Bootstrap()
                .group(loop)
                .channel(NettyTransport.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel made) {
                        made.pipeline().addLast(handler);
                    }
                })
                .connect(server)
                .sync()
                .channel();
    }

    private FrameReader made(Outbox outbox) {
        return client.reader();
    }

    @Override
    public MemorySegment blocks() {
        return client.blocks();
    }

    @Override
    public void run(BlockLoad load) throws InterruptedException {
        channel.eventLoop().execute(() -> {
            client.start(load);
            handler.flush();
        });
        load.awaitOver();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        loop.shutdownGracefully().awaitUninterruptibly();
    }
}
