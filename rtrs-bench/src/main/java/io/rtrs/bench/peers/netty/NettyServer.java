package io.rtrs.bench.peers.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.rtrs.bench.peers.stream.BlockServer;
import io.rtrs.bench.peers.work.PeerServer;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** A server of any number of clients, on one event loop. */
public final class NettyServer implements PeerServer {
    private final EventLoopGroup loop = NettyTransport.oneLoop();

    /** Listens. */
    public NettyServer(InetSocketAddress address, MemorySegment memory) throws InterruptedException {
        new ServerBootstrap()
                .group(loop)
                .channel(NettyTransport.listener())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new StreamHandler(out -> BlockServer.reader(memory, out)));
                    }
                })
                .bind(address)
                .sync();
    }

    @Override
    public void close() {
        loop.shutdownGracefully().awaitUninterruptibly();
    }
}
