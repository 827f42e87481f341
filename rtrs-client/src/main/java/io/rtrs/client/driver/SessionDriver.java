package io.rtrs.client.driver;

import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.client.path.Path;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.client.request.QueueDepthException;
import io.rtrs.client.request.Request;
import io.rtrs.client.request.RequestTable;
import io.rtrs.client.session.Dispatch;
import io.rtrs.client.session.SessionOptions;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.driver.ControlLoop;
import io.rtrs.core.driver.LoopPool;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.work.UserCode;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.LocalTime;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Drives the paths of one session on one control loop.
 *
 * <p><b>Threading:</b> {@link #open}, {@link #beginClose}, {@link #awaitFreed}, {@link #whenFreed}, {@link #closeAll}
 * from any thread; the rest is the control thread's.
 */
public final class SessionDriver implements ControlHandler, PathOwner {
    private static final Logger LOG = LoggerFactory.getLogger(SessionDriver.class);

    /** Told about paths, on the control thread. */
    public interface Listener {
        /** A path is up. */
        void onPathUp(Path path);

        /** A path that was up is gone. */
        void onPathDown(Path path);

        /** A path was added, is up, or was removed. */
        void onPathsChanged();

        /** Whether somebody is being told of what has happened, which holds nothing up but the end; any thread. */
        boolean isTelling();

        /** Whether this thread is the one that is told; any thread. */
        boolean isToldHere();

        /** Who is run whenever that is over, in whatever thread; before anything happens. */
        void whenTold(Runnable task);

        /** Nobody is told of anything any more; any thread. */
        void endTelling();
    }

    private record Target(Attempt attempt, int cid) {}

    private final VerbsProvider provider;
    private final Listener listener;
    private final DeviceTable devices;
    private final SessionPaths paths;
    private final PathAdmin admin;
    private final PathWait pathWait;
    private final IdentityHashMap<RdmaCmId, Target> targets = new IdentityHashMap<>();
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> freed = new CompletableFuture<>();
    private final Ambient ambient;
    private final String name;
    private final ControlLoop control;
    private final LoopPool loops;

    private final Endings<Request> endings;

    private volatile @Nullable RequestTable requests;

    // The control thread's.
    private int lastTag;
    private int openIndex;
    private int openPaths;
    private int liveAttempts;
    private @Nullable RtrsException failure;

    /** Makes the paths and starts the control thread. */
    public SessionDriver(
            SessionOptions options, VerbsProvider provider, UUID sessionUuid, Listener listener, Ambient ambient)
            throws IOException {
        this.ambient = ambient;
        this.provider = provider;
        this.listener = listener;
        listener.whenTold(this::onTold);
        this.name = "rtrs-clt-" + options.sessionName();
        this.loops = new LoopPool(options.loops().on(provider), options.waitStrategy(), ambient, name);
        this.devices = new DeviceTable(provider, options.invalidateReads());
        this.paths = new SessionPaths(this, options, sessionUuid);
        this.admin = new PathAdmin(paths);
        this.pathWait = new PathWait(options.sessionName(), paths.dispatch(), options.pathWaitNs(), this);
        this.endings = new Endings<>(
                Request::callBack,
                task -> ambient.crew().run(task, name + "-ended"),
                this::execute,
                this::completeIfClosed);
        this.control = ambient.crew().control(provider, new Gate(), ambient, name);
    }

    /** The loop starts before this object is complete: until the first task there is nothing to drive. */
    private final class Gate implements ControlHandler {
        @Override
        public void onCmEvent(CmEvent event, long nowNs) {
            SessionDriver.this.onCmEvent(event, nowNs);
        }

        @Override
        public void onTick(long nowNs) {
            if (isAnyToDrive()) {
                SessionDriver.this.onTick(nowNs);
            }
        }

        @Override
        public void onLoopFailed(IOException why) {
            SessionDriver.this.onLoopFailed(why);
        }

        @Override
        public long nextDeadlineNs() {
            return isAnyToDrive() ? SessionDriver.this.nextDeadlineNs() : NO_DEADLINE;
        }
    }

    private boolean isAnyToDrive() {
        return openPaths > 0 || pathWait.isAnyParked() || endings.isAny();
    }

    /** The paths in the order of their addition. */
    public List<Path> paths() {
        return paths.dispatch().paths();
    }

    /** What people ask of the paths. */
    public PathAdmin admin() {
        return admin;
    }

    /** How many attempts to reconnect a path may have; −1 for no limit. */
    public int reconnectAttemptsMax() {
        return paths.attemptsMax();
    }

    @Override
    public ControlLoop control() {
        return control;
    }

    @Override
    public VerbsProvider provider() {
        return provider;
    }

    @Override
    public LoopPool loops() {
        return loops;
    }

    @Override
    public DeviceTable devices() {
        return devices;
    }

    /** Who gives requests to paths. */
    public Dispatch dispatch() {
        return paths.dispatch();
    }

    /** Where requests wait that no path takes. */
    public PathWait pathWait() {
        return pathWait;
    }

    @Override
    public CarrierTable.Mover mover() {
        return pathWait;
    }

    /** The requests of the session, whose first path is up. */
    public RequestTable requests() {
        RequestTable made = requests;
        if (made == null) {
            throw new IllegalStateException("no path was up yet");
        }
        return made;
    }

    @Override
    public RequestTable requests(int queueDepth) throws QueueDepthException {
        RequestTable made = requests;
        if (made == null) {
            made = new RequestTable(queueDepth);
            requests = made;
        } else if (made.queueDepth() != queueDepth) {
            throw new QueueDepthException(queueDepth, made.queueDepth());
        }
        return made;
    }

    @Override
    public void callBack(List<Request> due, Runnable then) {
        endings.callBack(due, then);
    }

    private void execute(Runnable task) {
        control.execute(task);
    }

    private void onTold() {
        control.execute(this::completeIfClosed);
    }

    @Override
    public int nextTag() {
        return ++lastTag;
    }

    /** Establishes the paths one after the other; the first that fails undoes all, and is the result's exception. */
    public CompletableFuture<Void> open() {
        control.execute(this::openNext);
        return opened;
    }

    /** Begins to close all paths; {@link #whenFreed} says when they are gone. */
    public void beginClose() {
        control.execute(() -> closeOpenPaths(new RtrsException(Errno.ESHUTDOWN, "the session was closed")));
    }

    /**
     * Closes all paths, and waits until they are freed and the listener was told; false if that takes longer, because a
     * callback or the listener does not return.
     */
    public boolean awaitFreed(long timeoutNs) {
        beginClose();
        CompletableFuture<Boolean> done = freed.thenApply(nothing -> true);
        return done.completeOnTimeout(false, timeoutNs, TimeUnit.NANOSECONDS).join();
    }

    /** When all paths are closed and freed: on the control thread, or in the caller's if they are. */
    public void whenFreed(Runnable task) {
        @SuppressWarnings("unused") // nobody waits for the task
        CompletableFuture<Void> ignored = freed.thenRun(task);
    }

    /** Frees the devices and ends the control thread; all paths and all memory are gone. */
    public void closeAll() {
        devices.close();
        try {
            control.close();
        } catch (IOException e) {
            LOG.error("closing the event channel", e);
        } finally {
            admin.end();
        }
    }

    /** Whether the caller runs on a thread of this session, which must not wait for the session. */
    public boolean isOwnThread() {
        return control.isCurrentThread() || endings.isCallingHere() || loops.isCurrentThread();
    }

    /** Whether the caller is the session's listener: it may wait for the session, but not for its end. */
    public boolean isListenersThread() {
        return listener.isToldHere();
    }

    /** Whether the listener is being told of something, or is about to; any thread. */
    public boolean isTelling() {
        return listener.isTelling();
    }

    /** The listener is told of nothing any more, but for what it is being told. */
    public void endTelling() {
        listener.endTelling();
    }

    /** Polls every IO connection once. */
    public int poll() {
        return loops.poll();
    }

    private void openNext() {
        if (failure != null) {
            return;
        }
        if (openIndex == paths.drivers().size()) {
            opened.complete(null);
            return;
        }
        onOpening();
        paths.drivers().get(openIndex++).start(nowNs());
    }

    private void closeOpenPaths(RtrsException why) {
        if (failure == null) {
            failure = why;
        }
        try {
            pathWait.close(); // first, so that nothing that the paths let go waits
        } finally {
            paths.drivers().closeAll(nowNs());
            completeIfClosed();
        }
    }

    private void completeIfClosed() {
        RtrsException why = failure;
        if (why == null || openPaths > 0) {
            return;
        }
        opened.completeExceptionally(why);
        if (liveAttempts == 0 && !endings.isAny() && !listener.isTelling()) {
            // As a task of its own: what depends on it may end this loop.
            control.execute(() -> freed.complete(null));
        }
    }

    @Override
    public Ambient ambient() {
        return ambient;
    }

    @Override
    public long nowNs() {
        return ambient.nowNs();
    }

    @Override
    public LocalTime timeOfDay() {
        return ambient.timeOfDay();
    }

    @Override
    public boolean mayReconnect() {
        return isOpen();
    }

    @Override
    public void onAttempt() {
        liveAttempts++;
    }

    @Override
    public void onFreed(PathDriver path) {
        liveAttempts--;
        try {
            paths.forgetIfGone(path);
        } finally {
            completeIfClosed();
        }
    }

    @Override
    public void onReopened(PathDriver path) {
        onOpening();
    }

    /** A path begins that is open until {@link #onClosed}. */
    void onOpening() {
        openPaths++;
    }

    /** The list of paths is another one. */
    void onListed() {
        listener.onPathsChanged();
    }

    /** Whether people may do something to the paths: not while the session is opened or closed. */
    boolean isOpen() {
        return opened.isDone() && failure == null;
    }

    @Override
    public void onCmEvent(CmEvent event, long nowNs) {
        Target target = targets.get(event.getConnIdPriv());
        if (target != null) {
            target.attempt().onCmEvent(target.cid(), event, nowNs);
        }
    }

    @Override
    public void onTick(long nowNs) {
        paths.drivers().onTick(nowNs);
        pathWait.onTick(nowNs);
        endings.onTick(); // last: what has ended just now, and found no thread
    }

    @Override
    public void onLoopFailed(IOException why) {
        closeOpenPaths(new RtrsException(Errno.EIO, "the event channel failed: " + why.getMessage()));
    }

    @Override
    public long nextDeadlineNs() {
        long nowNs = nowNs();
        if (endings.isLate()) {
            return nowNs;
        }
        long ofPaths = paths.drivers().nextDeadlineNs(nowNs);
        long ofWaiting = pathWait.nextDeadlineNs();
        boolean waitingFirst =
                ofPaths == NO_DEADLINE || (ofWaiting != NO_DEADLINE && ofWaiting - nowNs < ofPaths - nowNs);
        return waitingFirst ? ofWaiting : ofPaths;
    }

    @Override
    public void adopt(RdmaCmId id, Attempt attempt, int cid) {
        targets.put(id, new Target(attempt, cid));
    }

    @Override
    public void forget(RdmaCmId id) {
        targets.remove(id);
    }

    @Override
    public void onUp(PathDriver path) {
        giveWhatWaits(); // before people are told, who may take their time
        listener.onPathUp(path.path());
        listener.onPathsChanged();
        if (!opened.isDone()) {
            // As a task of its own, so that this path is done with its event first.
            control.execute(this::openNext);
        }
    }

    private void giveWhatWaits() {
        try {
            pathWait.give();
        } catch (RuntimeException | Error e) { // the path is up all the same
            UserCode.failed(LOG, "giving what has waited to a path", e);
        }
    }

    @Override
    public void onDown(PathDriver path, RtrsException cause) {
        listener.onPathDown(path.path());
    }

    @Override
    public void onClosed(PathDriver path, RtrsException cause) {
        openPaths--;
        try {
            if (failure == null) {
                if (!opened.isDone()) {
                    closeOpenPaths(cause);
                } else if (!path.wasEverUp()) {
                    paths.unlist(path); // it was to be added, and leaves nothing behind
                }
                pathWait.tellIfInVain();
            }
        } finally {
            completeIfClosed();
        }
    }
}
