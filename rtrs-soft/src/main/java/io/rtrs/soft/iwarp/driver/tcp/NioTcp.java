package io.rtrs.soft.iwarp.driver.tcp;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.util.Locale;

/** TCP by Java's channels. It loses nothing on the wire; it allocates, and threads of the application cannot sleep on it. */
public final class NioTcp implements Tcp {
    private static final int EIO = 5;

    /** There is one TCP of a machine. */
    public NioTcp() {}

    @Override
    public TcpSocket bind(InetSocketAddress local, boolean shared) throws VerbsException {
        try {
            return NioSocket.bound(local, shared);
        } catch (IOException e) {
            throw new VerbsException("binding to " + local + ": " + e.getMessage(), errno(e));
        }
    }

    static ProtocolFamily family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
    }

    /** What an exception says in words only. */
    static int errno(IOException e) {
        String words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (words.contains("cannot assign") || words.contains("can't assign")) {
            return Errno.EADDRNOTAVAIL;
        }
        if (words.contains("permission")) {
            return Errno.EACCES;
        }
        if (words.contains("refused")) {
            return Errno.ECONNREFUSED;
        }
        if (words.contains("timed out") || words.contains("timeout")) {
            return Errno.ETIMEDOUT;
        }
        if (words.contains("no route") || words.contains("host is down")) {
            return EHOSTUNREACH;
        }
        if (words.contains("unreachable")) {
            return ENETUNREACH;
        }
        if (words.contains("reset") || words.contains("broken pipe")) {
            return TcpLayout.ECONNRESET;
        }
        return e instanceof BindException ? Errno.EADDRINUSE : EIO;
    }

    private static final int ENETUNREACH = 101;
    private static final int EHOSTUNREACH = 113;

    @Override
    public Poller poller(Kind kind) throws VerbsException {
        try {
            return new NioPoller();
        } catch (IOException e) {
            throw new VerbsException("a selector: " + e.getMessage(), EIO);
        }
    }

    @Override
    public boolean hasEdges() {
        return false;
    }

    @Override
    public String name() {
        return "nio";
    }
}
