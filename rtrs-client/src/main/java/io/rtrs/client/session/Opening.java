package io.rtrs.client.session;

import io.rtrs.client.driver.SessionDriver;
import io.rtrs.client.path.Path;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.client.request.PathLimits;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.RdmaAddress;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One attempt to open a session: its paths come up one after the other, and then it is {@linkplain #finish finished}; or it
 * is {@linkplain #undo undone}.
 *
 * <p><b>Threading:</b> one thread at a time; nothing here waits but {@link #undo}.
 */
public final class Opening {
    private final SessionOptions options;
    private final UUID uuid;
    private final LinkRelay relay;
    private final SessionDriver driver;
    private final CompletableFuture<Void> paths;

    private Opening(SessionOptions options, UUID uuid, LinkRelay relay, SessionDriver driver) {
        this.options = options;
        this.uuid = uuid;
        this.relay = relay;
        this.driver = driver;
        this.paths = driver.open();
    }

    /**
     * Begins to connect the paths.
     *
     * @param ambient the session's time, chance and threads
     */
    public static Opening begin(SessionOptions options, Ambient ambient) throws RtrsException {
        UUID uuid = ambient.uuids().get();
        LinkRelay relay = new LinkRelay(options, ambient.crew());
        return new Opening(options, uuid, relay, start(options, uuid, relay, ambient));
    }

    /** All paths are up; exceptionally, with an {@link RtrsException}, if one failed. Completes on the control thread. */
    public CompletableFuture<Void> paths() {
        return paths;
    }

    /** The session, when its {@link #paths} are up. If this fails, the attempt has to be undone. */
    public Session finish() throws RtrsException {
        Session session = new Session(options, uuid, driver, commonLimits(driver.paths()));
        if (options.copyBuffers()) {
            session.allocateBounceMemory();
        }
        driver.control().execute(() -> relay.attach(session, session::onPathsChanged));
        return session;
    }

    /** Frees everything, and waits for that, up to a time limit. */
    void undo() {
        if (driver.awaitFreed(Session.CLOSE_STEPS * options.connectTimeoutNs())) {
            driver.closeAll();
        } else {
            driver.whenFreed(driver::closeAll);
        }
    }

    /** Begins to free everything, and does not wait; the task is run when that is done. */
    public void beginUndo(Runnable then) {
        driver.beginClose();
        driver.whenFreed(() -> {
            driver.closeAll();
            then.run();
        });
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
}
