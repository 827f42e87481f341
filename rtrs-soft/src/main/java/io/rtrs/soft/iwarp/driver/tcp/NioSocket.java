package io.rtrs.soft.iwarp.driver.tcp;

import io.rtrs.soft.iwarp.stream.Pieces;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;

/**
 * A socket by Java's channels.
 *
 * <p>Those listen as soon as they are bound, so a port is held by a listener until it is known what it is for: who connects
 * from it binds anew.
 */
final class NioSocket extends TcpSocket {
    private static final int BACKLOG = 4096;
    private static final int VECTOR = 256;
    private static final int PIECE = 1 << 30;

    private @Nullable ServerSocketChannel listener;
    private @Nullable SocketChannel connection;
    private final InetSocketAddress local;
    private InetSocketAddress remote;
    private int failure;
    private boolean closed;
    private boolean full;

    private NioSocket(
            @Nullable ServerSocketChannel listener,
            @Nullable SocketChannel connection,
            InetSocketAddress local,
            InetSocketAddress remote) {
        this.listener = listener;
        this.connection = connection;
        this.local = local;
        this.remote = remote;
    }

    /** One that is bound. */
    static NioSocket bound(InetSocketAddress local, boolean shared) throws IOException {
        ServerSocketChannel made = local.getAddress().isAnyLocalAddress()
                ? ServerSocketChannel.open()
                : ServerSocketChannel.open(NioTcp.family(local));
        try {
            made.setOption(StandardSocketOptions.SO_REUSEADDR, shared || local.getPort() != 0);
            made.bind(local, BACKLOG);
            // Its connections inherit it: what lingers of them keeps nobody from listening here again.
            made.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            made.configureBlocking(false);
            InetSocketAddress name = (InetSocketAddress) made.getLocalAddress();
            return new NioSocket(made, null, new InetSocketAddress(local.getAddress(), name.getPort()), name);
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** What a selector takes. */
    synchronized @Nullable SelectableChannel channel() {
        return closed ? null : connection != null ? connection : listener;
    }

    @Override
    public int listen(int backlog) {
        return 0; // it does
    }

    @Override
    public @Nullable TcpSocket accept() throws VerbsException {
        try {
            SocketChannel made = Objects.requireNonNull(listener).accept();
            if (made == null) {
                return null;
            }
            made.configureBlocking(false);
            tune(made);
            return new NioSocket(null, made, (InetSocketAddress) made.getLocalAddress(), (InetSocketAddress)
                    made.getRemoteAddress());
        } catch (IOException e) {
            throw new VerbsException("taking a connection: " + e.getMessage(), NioTcp.errno(e));
        }
    }

    private static void tune(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    @Override
    public int connect(InetSocketAddress destination) {
        remote = destination;
        try {
            Objects.requireNonNull(listener).close();
            SocketChannel made = SocketChannel.open(NioTcp.family(local));
            synchronized (this) {
                listener = null;
                connection = made;
            }
            made.configureBlocking(false);
            made.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            tune(made);
            made.bind(local);
            return made.connect(destination) ? 0 : UNDER_WAY;
        } catch (IOException e) {
            return NioTcp.errno(e);
        } catch (UnsupportedAddressTypeException e) {
            return TcpLayout.EAFNOSUPPORT;
        }
    }

    @Override
    public int connected() {
        try {
            return Objects.requireNonNull(connection).finishConnect() ? 0 : UNDER_WAY;
        } catch (IOException e) {
            return NioTcp.errno(e);
        }
    }

    @Override
    public long read(Pieces to, boolean ask) {
        try {
            ByteBuffer[] buffers = buffers(to);
            long count = Objects.requireNonNull(connection).read(buffers);
            full = isDone(buffers);
            return count < 0 ? END : count;
        } catch (IllegalStateException freed) {
            return FAULT;
        } catch (IOException e) {
            failure = NioTcp.errno(e);
            return END;
        }
    }

    @Override
    public long write(Pieces from, boolean ask) {
        try {
            ByteBuffer[] buffers = buffers(from);
            long count = Objects.requireNonNull(connection).write(buffers);
            full = isDone(buffers);
            return count;
        } catch (NotYetConnectedException e) {
            return 0;
        } catch (IllegalStateException freed) {
            return FAULT;
        } catch (IOException e) {
            return BROKEN;
        }
    }

    private static ByteBuffer[] buffers(Pieces pieces) {
        ByteBuffer[] buffers = new ByteBuffer[Math.min(VECTOR, pieces.count())];
        for (int i = 0; i < buffers.length; i++) {
            long length = pieces.length(i);
            buffers[i] = pieces.memory(i)
                    .asSlice(pieces.offset(i), Math.min(length, PIECE))
                    .asByteBuffer();
            if (length > PIECE) {
                return java.util.Arrays.copyOf(buffers, i + 1); // what follows would not
            }
        }
        return buffers;
    }

    private static boolean isDone(ByteBuffer[] buffers) {
        return buffers.length != 0 && !buffers[buffers.length - 1].hasRemaining();
    }

    @Override
    public boolean wasFull() {
        return full;
    }

    @Override
    public int broken() {
        return failure;
    }

    @Override
    public void shutOutput() {
        try {
            Objects.requireNonNull(connection).shutdownOutput();
        } catch (IOException e) {
            failure = NioTcp.errno(e); // it is broken, which reading tells too
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            if (listener != null) {
                listener.close();
            }
            if (connection != null) {
                connection.close();
            }
        } catch (IOException e) {
            failure = NioTcp.errno(e); // it is closed all the same
        }
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public int segmentBytes() {
        return 0; // Java does not tell
    }
}
