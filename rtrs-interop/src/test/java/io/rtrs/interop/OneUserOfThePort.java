package io.rtrs.interop;

import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets one test run on a machine use software RoCE at a time, whoever's it is: the UDP port of {@code ::1}, the only IPv6
 * loopback address, serves one process. Runs that come meanwhile wait here, where no test's time runs.
 */
public final class OneUserOfThePort implements LauncherSessionListener {
    /** The TCP port of the same number, which nobody else wants, stands for it; it is free again when a process ends. */
    private static final InetSocketAddress LOCK = new InetSocketAddress("127.0.74.1", 4791);

    private static final long AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private @Nullable ServerSocketChannel lock;

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (!"softroce".equals(System.getProperty("rtrs.test.provider"))) {
            return;
        }
        try {
            ServerSocketChannel opened = ServerSocketChannel.open();
            while (!bind(opened)) {
                LockSupport.parkNanos(AGAIN_NS);
            }
            lock = opened;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot bind " + LOCK, e);
        }
    }

    private static boolean bind(ServerSocketChannel channel) throws IOException {
        try {
            channel.bind(LOCK);
            return true;
        } catch (BindException e) {
            return false;
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        ServerSocketChannel held = lock;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close the lock", e);
            }
        }
    }
}
