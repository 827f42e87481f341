package io.rtrs.client.session;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.PathSelector;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RequestCallback;
import io.rtrs.client.driver.PathAdmin;
import io.rtrs.client.driver.Pause;
import io.rtrs.client.driver.SessionDriver;
import io.rtrs.client.path.Path;
import io.rtrs.client.request.ParkedRequests;
import io.rtrs.client.request.PathLimits;
import io.rtrs.client.request.PermitPool;
import io.rtrs.client.request.PermitSlot;
import io.rtrs.client.request.RegisteredRegion;
import io.rtrs.client.request.Request;
import io.rtrs.client.request.RequestTable;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.events.SlowRequest;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.ReconnectBackoff;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The session: permits, memory, and the way of a request to a path. */
public final class Session implements ClientSession, Observed {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int SEGMENTS = 1;

    /** Closing a path takes at most as many time limits: two to drain it, one to disconnect, one for its loops to end. */
    static final int CLOSE_STEPS = 5;

    private final SessionOptions options;
    private final UUID uuid;
    private final SessionDriver driver;
    private final PermitPool permits;
    private final PathLimits limits;
    private final RequestTable requests;
    private final Dispatch dispatch;
    private final SessionMemory memory;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile Runnable pathsChanged = () -> {};
    private @Nullable RegisteredRegion bounce;

    Session(SessionOptions options, UUID uuid, SessionDriver driver, PathLimits limits) {
        this.options = options;
        this.uuid = uuid;
        this.driver = driver;
        this.permits = new PermitPool(limits.queueDepth());
        this.limits = limits;
        this.dispatch = driver.dispatch();
        this.requests = driver.requests();
        this.memory = new SessionMemory(driver.devices(), requests);
    }

    /** Before the session is given to anybody. */
    void allocateBounceMemory() throws RtrsException {
        bounce = memory.allocateLasting((long) permits.queueDepth() * maxIoSize());
    }

    @Override
    public String name() {
        return options.sessionName();
    }

    @Override
    public UUID uuid() {
        return uuid;
    }

    @Override
    public int queueDepth() {
        return permits.queueDepth();
    }

    @Override
    public int maxIoSize() {
        return limits.maxIoSize();
    }

    @Override
    public int maxSegments() {
        return SEGMENTS;
    }

    @Override
    public boolean isConnected() {
        return dispatch.isConnected();
    }

    @Override
    public Permit getPermit(ConnectionType type) throws RtrsException {
        return awaitPermit(type);
    }

    /** Waits for a permit, unless it is this thread that gives them back. */
    private PermitSlot awaitPermit(ConnectionType type) throws RtrsException {
        PermitSlot slot = permits.tryGet(type);
        if (slot != null) {
            return slot;
        }
        if (!permits.isClosed() && driver.isOwnThread()) {
            throw new RtrsException(
                    Errno.EDEADLK, "session " + name() + " has no free permit, and its own thread cannot wait for one");
        }
        return permits.get(type);
    }

    @Override
    public @Nullable Permit tryGetPermit(ConnectionType type) {
        return permits.tryGet(type);
    }

    @Override
    public void putPermit(Permit permit) {
        PermitSlot slot = own(permit);
        if (requests.isBusy(slot)) {
            throw new IllegalStateException("the request of permit " + slot.id() + " is under way");
        }
        permits.put(slot);
    }

    private PermitSlot own(Permit permit) {
        if (permit instanceof PermitSlot slot && permits.isHeld(slot)) {
            return slot;
        }
        throw new IllegalStateException("permit " + permit.id() + " is not held from this session");
    }

    @Override
    public RegisteredMemory allocate(long bytes) throws RtrsException {
        return memory.allocate(bytes);
    }

    @Override
    public RegisteredMemory register(MemorySegment segment) throws RtrsException {
        return memory.register(segment);
    }

    @Override
    public Status request(
            Direction direction,
            Permit permit,
            RequestCallback callback,
            MemorySegment userHeader,
            @Nullable RegisteredMemory data,
            long offset,
            int length) {
        Objects.requireNonNull(callback, "callback");
        PermitSlot slot = own(permit);
        if (length < 0) {
            return Status.INVALID;
        }
        RegisteredRegion region = null;
        if (length > 0) {
            if (!(data instanceof RegisteredRegion known) || !known.admits(memory, offset, length)) {
                return Status.INVALID;
            }
            region = known;
        }
        Request request = requests.of(slot);
        request.claim();
        request.ask(direction, slot, callback, region, offset, length, null);
        return send(request, slot, userHeader, null);
    }

    @Override
    public Status requestCopied(
            Direction direction,
            Permit permit,
            RequestCallback callback,
            MemorySegment userHeader,
            MemorySegment data) {
        Objects.requireNonNull(callback, "callback");
        PermitSlot slot = own(permit);
        RegisteredRegion through = bounce;
        if (through == null) {
            return Status.NOT_SUPPORTED;
        }
        long length = data.byteSize();
        if (length > maxIoSize()) {
            return Status.TOO_LONG;
        }
        boolean write = direction == Direction.WRITE;
        if (!write && data.isReadOnly()) {
            return Status.INVALID;
        }
        Request request = requests.of(slot);
        request.claim();
        long offset = (long) slot.id() * maxIoSize();
        request.ask(direction, slot, callback, through, offset, (int) length, write ? null : data);
        return send(request, slot, userHeader, write ? data : null);
    }

    private void markIfWanted(Request request, PermitSlot slot) {
        if (SlowRequest.isWanted()) {
            request.mark(new SlowRequest(name(), slot.takeWaitNs()));
        }
    }

    /** Sends a claimed request, or gives the claim up; the data to write is copied to where the adapter takes it from. */
    private Status send(Request request, PermitSlot slot, MemorySegment userHeader, @Nullable MemorySegment copied) {
        int result = -Errno.EFAULT;
        try {
            markIfWanted(request, slot);
            if (copied != null) {
                request.fill(copied);
            }
            result = dispatch.send(request, userHeader);
            if (result == -Errno.ECONNABORTED) {
                result = driver.pathWait().park(request, userHeader, limits);
            }
        } finally {
            if (result != 0) { // also if memory of the user cannot be read
                request.unclaim();
            }
        }
        return Status.of(result);
    }

    @Override
    public CompletableFuture<Void> submit(
            Direction direction,
            ConnectionType type,
            MemorySegment userHeader,
            @Nullable RegisteredMemory data,
            long offset,
            int length) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Permit permit;
        try {
            permit = awaitPermit(type);
        } catch (RtrsException e) {
            result.completeExceptionally(e);
            return result;
        }
        RequestCallback callback = (held, status) -> {
            putPermit(held);
            finish(result, direction, status);
        };
        Status refusal = Status.IO_ERROR;
        try {
            refusal = request(direction, permit, callback, userHeader, data, offset, length);
        } finally {
            if (!refusal.isOk()) {
                putPermit(permit);
            }
        }
        if (!refusal.isOk()) {
            finish(result, direction, refusal);
        }
        return result;
    }

    private void finish(CompletableFuture<Void> result, Direction direction, Status status) {
        if (status.isOk()) {
            result.complete(null);
        } else {
            result.completeExceptionally(failure(direction, status));
        }
    }

    private RtrsException failure(Direction direction, Status status) {
        return new RtrsException(status, "session " + name() + ": " + direction);
    }

    @Override
    public void write(MemorySegment userHeader, @Nullable RegisteredMemory data, long offset, int length)
            throws RtrsException {
        call(Direction.WRITE, userHeader, data, offset, length);
    }

    @Override
    public void read(MemorySegment userHeader, @Nullable RegisteredMemory data, long offset, int length)
            throws RtrsException {
        call(Direction.READ, userHeader, data, offset, length);
    }

    private void call(
            Direction direction, MemorySegment userHeader, @Nullable RegisteredMemory data, long offset, int length)
            throws RtrsException {
        refuseOwnThread();
        Permit permit = permits.get(ConnectionType.IO);
        Status status;
        try {
            BlockingCall wait = new BlockingCall();
            status = request(direction, permit, wait, userHeader, data, offset, length);
            if (status.isOk()) {
                status = wait.await(options.waitStrategy(), this);
            }
        } finally {
            putPermit(permit);
        }
        if (!status.isOk()) {
            throw failure(direction, status);
        }
    }

    private void refuseOwnThread() {
        if (driver.isOwnThread()) {
            throw new IllegalStateException("session " + name() + " would wait for its own thread");
        }
    }

    @Override
    public List<ClientPath> paths() {
        return List.copyOf(dispatch.paths());
    }

    @Override
    public ClientPath addPath(String path) throws RtrsException {
        PathAddress address = PathAddress.parse(path);
        refuseOwnThread();
        Ambient ambient = driver.ambient();
        OpenRetry retry = new OpenRetry(ambient.nowNs(), options.connectTimeoutNs(), ambient.random());
        while (true) {
            try {
                return await("add path " + address, driver.admin().add(address));
            } catch (RtrsException e) {
                long pauseNs = retry.pauseNs(e.getCause() instanceof RtrsException why ? why : e, ambient.nowNs());
                if (pauseNs == OpenRetry.NEVER) {
                    throw e;
                }
                LOG.info("session {}: {}; another attempt follows", name(), e.getMessage());
                Pause.forNs(pauseNs);
            }
        }
    }

    @Override
    public void removePath(ClientPath path) throws RtrsException {
        Path own = own(path);
        await("remove path " + own, driver.admin().remove(own));
    }

    @Override
    public void disconnectPath(ClientPath path) throws RtrsException {
        Path own = own(path);
        await("disconnect path " + own, driver.admin().disconnect(own));
    }

    @Override
    public void reconnectPath(ClientPath path) throws RtrsException {
        Path own = own(path);
        await("reconnect path " + own, driver.admin().reconnect(own));
    }

    /** What can be asked of the paths without waiting for it. */
    public PathAdmin admin() {
        return driver.admin();
    }

    private Path own(ClientPath path) throws RtrsException {
        refuseOwnThread();
        if (path instanceof Path own) {
            return own;
        }
        throw new RtrsException(Errno.ENOENT, "path " + path.name() + " is no path of session " + name());
    }

    private <T> T await(String what, CompletableFuture<T> done) throws RtrsException {
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RtrsException cause) {
                throw new RtrsException(
                        cause.errno(), "session " + name() + ", " + what + ": " + cause.reason(), cause);
            }
            throw e;
        }
    }

    @Override
    public void setPolicy(MultipathPolicy policy) {
        dispatch.policy(PathPolicy.of(policy));
    }

    @Override
    public void setPolicy(PathSelector selector) {
        dispatch.policy(new UserPolicy(selector));
    }

    @Override
    public String policy() {
        return dispatch.policy().name();
    }

    @Override
    public long selectorFaults() {
        return dispatch.policy() instanceof UserPolicy user ? user.faults() : 0;
    }

    @Override
    public int reconnectAttemptsMax() {
        return driver.reconnectAttemptsMax();
    }

    @Override
    public void setReconnectAttemptsMax(int attempts) throws RtrsException {
        if (!ReconnectBackoff.isLimit(attempts)) {
            throw new RtrsException(
                    Errno.EINVAL, attempts + " attempts to reconnect; -1 (no limit) to 9999 are possible");
        }
        refuseOwnThread();
        await("set the attempts to reconnect", driver.admin().attemptsMax(attempts));
    }

    @Override
    public VerbsProvider provider() {
        return driver.provider();
    }

    @Override
    public void observe(Runnable onPathsChanged, Runnable onClosed) {
        pathsChanged = onPathsChanged;
        @SuppressWarnings("unused") // nobody waits for it
        CompletableFuture<Void> ignored = closed.thenRun(onClosed);
    }

    /** On the control thread. */
    void onPathsChanged() {
        pathsChanged.run();
    }

    @Override
    public int poll() {
        return driver.poll();
    }

    @Override
    public void close() {
        refuseOwnThread();
        if (driver.isListenersThread()) {
            throw new IllegalStateException("session " + name() + " would wait for its listener, which closes it");
        }
        if (closing.compareAndSet(false, true)) {
            try {
                closeOnce();
            } finally {
                closed.complete(null);
            }
        }
        closed.join();
    }

    /**
     * Begins to close, and waits for nothing; on any thread of this library, too. Permits have to be back when the last
     * callback is made.
     *
     * @return when nothing is left
     */
    public CompletableFuture<Void> beginClose() {
        if (closing.compareAndSet(false, true)) {
            permits.close();
            driver.beginClose();
            driver.whenFreed(() -> {
                tellMissingPermits();
                free();
                closed.complete(null);
            });
        }
        return closed;
    }

    private void tellMissingPermits() {
        int missing = permits.queueDepth() - permits.available();
        if (missing > 0) {
            LOG.error("session {}: {} permits were not returned", name(), missing);
        }
    }

    @Override
    public int waiting() {
        return driver.pathWait().waiting();
    }

    /** What became of the requests that have waited for a path so far. */
    public ParkedRequests.Counts waits() {
        return driver.pathWait().counts();
    }

    /** How many permits are free. */
    public int freePermits() {
        return permits.available();
    }

    private void closeOnce() {
        permits.close();
        if (!driver.awaitFreed(CLOSE_STEPS * options.connectTimeoutNs())) {
            LOG.error(
                    "session {}: {} does not return; what it may use stays until it does",
                    name(),
                    driver.isTelling() ? "the session listener" : "a callback");
            driver.endTelling();
            driver.whenFreed(this::free);
            return;
        }
        if (!permits.awaitAll(options.connectTimeoutNs(), driver::nowNs)) {
            tellMissingPermits();
        }
        free();
    }

    private void free() {
        try {
            memory.close();
        } finally {
            driver.closeAll();
        }
    }

    @Override
    public String toString() {
        return "session " + name();
    }
}
