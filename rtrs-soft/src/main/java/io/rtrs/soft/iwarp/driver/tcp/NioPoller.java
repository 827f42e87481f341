package io.rtrs.soft.iwarp.driver.tcp;

import io.rtrs.verbs.VerbsException;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** Waits by a selector: each socket is told of once, until it is asked for again. */
final class NioPoller extends Poller {
    private final Selector selector;

    NioPoller() throws IOException {
        selector = Selector.open();
    }

    @Override
    public void add(TcpSocket socket, int what) {
        set(socket, what);
    }

    @Override
    public void set(TcpSocket socket, int what) {
        SelectableChannel channel = ((NioSocket) socket).channel();
        if (channel == null || !selector.isOpen()) {
            return;
        }
        try {
            SelectionKey key = channel.keyFor(selector);
            if (key == null) {
                channel.register(selector, bits(channel, what), socket);
            } else {
                key.interestOps(bits(channel, what));
            }
            selector.wakeup();
        } catch (ClosedChannelException | CancelledKeyException closed) {
            return; // nobody asks for it any more
        }
    }

    private static int bits(SelectableChannel channel, int what) {
        if (channel instanceof ServerSocketChannel) {
            return (what & IN) != 0 ? SelectionKey.OP_ACCEPT : 0;
        }
        boolean connecting = !((SocketChannel) channel).isConnected();
        if (connecting) {
            return (what & OUT) != 0 ? SelectionKey.OP_CONNECT : 0;
        }
        return ((what & IN) != 0 ? SelectionKey.OP_READ : 0) | ((what & OUT) != 0 ? SelectionKey.OP_WRITE : 0);
    }

    @Override
    public void remove(TcpSocket socket) {
        SelectableChannel channel = ((NioSocket) socket).channel();
        SelectionKey key = channel == null ? null : channel.keyFor(selector);
        if (key != null) {
            key.cancel();
            selector.wakeup(); // until it selects again the channel stays open
        }
    }

    @Override
    public void await(long timeoutNs, Sink sink) throws VerbsException {
        try {
            if (timeoutNs == 0) {
                selector.selectNow(key -> tell(key, sink));
            } else if (timeoutNs < 0) {
                selector.select(key -> tell(key, sink));
            } else {
                long ms = Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNs + 999_999));
                selector.select(key -> tell(key, sink), ms);
            }
        } catch (IOException e) {
            throw new VerbsException("waiting for sockets: " + e.getMessage(), NioTcp.errno(e));
        }
    }

    private static void tell(SelectionKey key, Sink sink) {
        int ready;
        try {
            ready = key.readyOps();
            key.interestOps(0);
        } catch (CancelledKeyException closed) {
            return;
        }
        boolean in = (ready & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0;
        boolean out = (ready & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0;
        Object owner = ((NioSocket) key.attachment()).owner();
        if (owner != null) {
            sink.ready(owner, (in ? IN : 0) | (out ? OUT : 0));
        }
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new AssertionError("a selector closes", e);
        }
    }
}
