package io.rtrs.client.session;

import io.rtrs.client.ClientSession;
import io.rtrs.client.LinkEvent;
import io.rtrs.client.driver.Pause;
import io.rtrs.client.driver.SessionDriver;
import io.rtrs.client.path.Path;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.client.request.PathLimits;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.RdmaAddress;
import io.rtrs.core.work.UserCode;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;

/** Opens a session: all paths or nothing, again if a server is too busy at the moment. */
public final class SessionOpener {
    private static final Logger LOG = LoggerFactory.getLogger(SessionOpener.class);

    private SessionOpener() {}

    /** Opens a session; see {@link io.rtrs.client.RtrsClient.Builder#open}. */
    public static ClientSession open(SessionOptions options) throws RtrsException {
        Ambient ambient = Ambient.real();
        OpenRetry retry = new OpenRetry(ambient.nowNs(), options.connectTimeoutNs(), ambient.random());
        while (true) {
            try {
                return attempt(options, ambient);
            } catch (RtrsException e) {
                long pauseNs = retry.pauseNs(e.getCause() instanceof RtrsException why ? why : e, ambient.nowNs());
                if (pauseNs == OpenRetry.NEVER) {
                    throw e;
                }
                LOG.info("session {}: {}; another attempt follows", options.sessionName(), e.getMessage());
                Pause.forNs(pauseNs);
            }
        }
    }

    private static ClientSession attempt(SessionOptions options, Ambient ambient) throws RtrsException {
        UUID uuid = ambient.uuids().get();
        LinkRelay relay = new LinkRelay(options);
        SessionDriver driver = start(options, uuid, relay, ambient);
        boolean done = false;
        try {
            await(driver);
            PathLimits limits = commonLimits(driver.paths());
            Session session = new Session(options, uuid, driver, limits);
            if (options.copyBuffers()) {
                session.allocateBounceMemory();
            }
            driver.control().execute(() -> relay.attach(session));
            done = true;
            return session;
        } finally {
            if (!done) {
                undo(driver, options);
            }
        }
    }

    private static void undo(SessionDriver driver, SessionOptions options) {
        if (driver.awaitFreed(Session.CLOSE_STEPS * options.connectTimeoutNs())) {
            driver.closeAll();
        } else {
            driver.whenFreed(driver::closeAll);
        }
    }

    private static SessionDriver start(SessionOptions options, UUID uuid, LinkRelay relay, Ambient ambient)
            throws RtrsException {
        try {
            VerbsProvider provider = options.provider().isPresent()
                    ? options.provider().get()
                    : VerbsProviders.automatic(localAddress(options.paths().getFirst()));
            return new SessionDriver(options, provider, uuid, relay, ambient);
        } catch (VerbsException e) {
            throw new RtrsException(
                    e.errno() == 0 ? Errno.ENODEV : e.errno(),
                    "path " + options.paths().getFirst() + ": " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new RtrsException(Errno.ENODEV, "path " + options.paths().getFirst() + ": " + e.getMessage(), e);
        }
    }

    private static InetAddress localAddress(PathAddress path) throws IOException {
        if (path.source() instanceof RdmaAddress.Ip source) {
            return source.address();
        }
        boolean ipv4 =
                path.destination() instanceof RdmaAddress.Ip to && to.address().getAddress().length == 4;
        return InetAddress.getByAddress(new byte[ipv4 ? 4 : 16]);
    }

    private static void await(SessionDriver driver) throws RtrsException {
        try {
            driver.open().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RtrsException cause) {
                throw new RtrsException(cause.errno(), "open: " + cause.reason(), cause);
            }
            throw e;
        }
    }

    /** Permits and chunks are the session's: every path has as many, and the smallest limit counts (spec/rtrs.md 5.5, 8). */
    private static PathLimits commonLimits(List<Path> paths) throws RtrsException {
        PathLimits common = null;
        for (Path path : paths) {
            CarrierTable table = path.table();
            if (table == null) {
                throw new RtrsException(Errno.ECONNABORTED, "open: path " + path + " broke while others connected");
            }
            PathLimits limits = table.limits();
            if (common == null) {
                common = limits;
            } else if (common.queueDepth() != limits.queueDepth()) {
                throw new RtrsException(
                        Errno.EINVAL,
                        "open: CON_RSP.queue_depth = " + limits.queueDepth() + " on path " + path + ", but "
                                + common.queueDepth() + " on the first path");
            } else if (limits.maxIoSize() < common.maxIoSize()) {
                common = limits;
            }
        }
        if (common == null) {
            throw new RtrsException(Errno.EINVAL, "open: no path");
        }
        return common;
    }

    /** Counts paths, and holds events back until the session exists. The control thread's. */
    private static final class LinkRelay implements SessionDriver.Listener {
        private final SessionOptions options;
        private final LinkCounter counter = new LinkCounter();
        private final List<LinkEvent> pending = new ArrayList<>();
        private @Nullable ClientSession session;
        private int upWhileOpening;

        LinkRelay(SessionOptions options) {
            this.options = options;
        }

        void attach(ClientSession opened) {
            session = opened;
            pending.forEach(event -> deliver(opened, event));
            pending.clear();
        }

        @Override
        public void onPathUp(Path path) {
            counter.onUp().ifPresent(this::emit);
            if (++upWhileOpening == options.paths().size()) {
                counter.opened();
            }
        }

        @Override
        public void onPathDown(Path path) {
            counter.onDown().ifPresent(this::emit);
        }

        private void emit(LinkEvent event) {
            ClientSession opened = session;
            if (opened == null) {
                pending.add(event);
            } else {
                deliver(opened, event);
            }
        }

        private void deliver(ClientSession opened, LinkEvent event) {
            try {
                options.linkListener().onLinkEvent(opened, event);
            } catch (Throwable e) {
                UserCode.failed(LOG, "the link listener of session " + options.sessionName(), e);
            } finally {
                UserCode.left();
            }
        }
    }
}
