package io.rtrs.soft.roce.driver.udp;

import io.rtrs.verbs.VerbsException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** A selector; its deadlines are rounded up to milliseconds. */
final class NioPoller extends Poller {
    private static final long NS_PER_MS = 1_000_000;

    private final Selector selector;

    private NioPoller(Selector selector) {
        this.selector = selector;
    }

    static NioPoller open() throws VerbsException {
        try {
            return new NioPoller(Selector.open());
        } catch (IOException e) {
            throw failure("opening a selector", e);
        }
    }

    private static VerbsException failure(String what, IOException cause) {
        VerbsException failure = new VerbsException(what + " failed: " + cause.getMessage(), Sockets.EIO);
        failure.initCause(cause);
        return failure;
    }

    /** Links are asked by their owner; that one of them is ready is all that matters. */
    private static void ignore(SelectionKey key) {}

    private static NioUdpLink own(UdpLink link) {
        if (link instanceof NioUdpLink own) {
            return own;
        }
        throw new IllegalArgumentException(link + " in a poller of driver " + UdpDriver.NIO);
    }

    @Override
    void attach(UdpLink link) {
        try {
            own(link).channel().register(selector, SelectionKey.OP_READ);
        } catch (ClosedChannelException e) {
            throw new IllegalStateException(link + " is closed", e);
        }
    }

    @Override
    void detach(UdpLink link) {
        SelectionKey key = own(link).channel().keyFor(selector);
        if (key != null) {
            key.cancel();
            try {
                selector.selectNow(NioPoller::ignore); // the selector holds on to the socket until its next turn
            } catch (IOException e) {
                throw new UncheckedIOException("taking " + link + " out of its selector failed", e);
            }
        }
    }

    @Override
    void prepare(int index, UdpLink link) {
        SelectionKey key = own(link).channel().keyFor(selector);
        int events = link.waitsForRoom() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key != null && key.interestOps() != events) {
            key.interestOps(events);
        }
    }

    @Override
    void prepared(int links) {
        // the keys say it all
    }

    @Override
    int sleep(long timeoutNs) throws VerbsException {
        try {
            int ready;
            if (timeoutNs <= 0) {
                ready = selector.selectNow(NioPoller::ignore);
            } else if (timeoutNs > Long.MAX_VALUE - NS_PER_MS) {
                ready = selector.select(NioPoller::ignore);
            } else {
                ready = selector.select(NioPoller::ignore, (timeoutNs + NS_PER_MS - 1) / NS_PER_MS);
            }
            return ready > 0 ? READY : TIMEOUT;
        } catch (IOException e) {
            throw failure("waiting for datagrams", e);
        }
    }

    @Override
    void stir() {
        selector.wakeup();
    }

    @Override
    void release() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing a selector failed", e);
        }
    }
}
