package io.rtrs.client;

import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.RtrsException;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A session with a server: the permits for its chunks and the paths to them (spec/rtrs.md 14.1).
 *
 * <p>The way of a request: {@link #getPermit}, {@link #request}, the callback, {@link #putPermit}; {@link #submit}, {@link
 * #read} and {@link #write} do all of it.
 *
 * <p><b>Threading:</b> any thread, unless a method says otherwise. <b>Allocation:</b> none from {@link #request} to the
 * callback.
 */
public interface ClientSession extends AutoCloseable {

    /** The name that it was opened with. */
    String name();

    /** Its identity, equal on all paths. */
    UUID uuid();

    /** Chunks of the server, and so permits of the session; the same for all its life. */
    int queueDepth();

    /** The longest data of a request in bytes; the same for all its life. */
    int maxIoSize();

    /** The most pieces of local memory that one request may name. */
    int maxSegments();

    /** Whether a path is connected at this moment. */
    boolean isConnected();

    /**
     * Takes the permit with the lowest free id; waits until there is one. Virtual threads only park.
     *
     * @throws RtrsException CLOSED if the session is closed, INTERRUPTED if the thread was interrupted (and stays so),
     *     WOULD_WAIT_FOR_ITSELF if none is free on a thread of the session, such as in a callback
     */
    Permit getPermit(ConnectionType type) throws RtrsException;

    /** Takes the permit with the lowest free id, or null if there is none or the session is closed. */
    @Nullable
    Permit tryGetPermit(ConnectionType type);

    /**
     * Returns a permit.
     *
     * @throws IllegalStateException if it is not held, or its request is still under way
     */
    void putPermit(Permit permit);

    /**
     * Allocates zeroed memory and registers it on the devices of all paths.
     *
     * @throws RtrsException OUT_OF_MEMORY if it cannot be registered (see the locked-memory limit), CLOSED
     */
    RegisteredMemory allocate(long bytes) throws RtrsException;

    /**
     * Registers memory of the caller, who keeps it alive until the registration is closed.
     *
     * @param memory native memory that all threads may use, not of a confined arena
     * @throws RtrsException INVALID if it is heap memory or of a confined arena; BAD_MEMORY if it is freed, read-only, or
     *     not mapped; OUT_OF_MEMORY, CLOSED
     */
    RegisteredMemory register(MemorySegment memory) throws RtrsException;

    /**
     * Sends a request.
     *
     * @param direction READ: the answer's data goes to {@code data}; WRITE: {@code data} goes along
     * @param permit held by the caller; its request must not be under way
     * @param callback told exactly once if the result is OK, not at all otherwise
     * @param userHeader the upper layer's message; copied before return
     * @param data where the data is or shall go; untouched by the caller until the callback; null only with length 0
     * @param offset first byte in {@code data}
     * @param length bytes of data, 0 to {@link #maxIoSize}
     * @return OK: accepted. TOO_LONG: for the server's chunks. INVALID: the range is not inside {@code data}, or
     *     {@code data} is closed or of another session. CONNECTION_ABORTED: no path is connected, and the session was
     *     not opened with {@link RtrsClient.Builder#pathWait}, or is closed. A request that finds no room in the send
     *     queue is accepted, and is sent when there is room; so is one that waits for a path
     * @throws IllegalStateException if the permit is not held or its request is under way
     */
    Status request(
            Direction direction,
            Permit permit,
            RequestCallback callback,
            MemorySegment userHeader,
            @Nullable RegisteredMemory data,
            long offset,
            int length);

    /**
     * As {@link #request} with memory that is not registered: it is copied through memory of the permit, on the caller's
     * thread for WRITE, on the event loop before the callback for READ.
     *
     * <p>The callback's status is BAD_MEMORY if READ's data came but could not be copied, such as to memory that was freed.
     *
     * @param data all of it; heap or native; accessible to the event loop
     * @return as {@link #request}; INVALID also for READ to read-only memory; NOT_SUPPORTED if the session was opened
     *     without {@link RtrsClient.Builder#copyBuffers(boolean)}
     */
    Status requestCopied(
            Direction direction, Permit permit, RequestCallback callback, MemorySegment userHeader, MemorySegment data);

    /**
     * Sends a request with a permit of its own, waiting for one if need be; in a callback there is no waiting.
     *
     * @return completed on the event loop; exceptionally with {@link RtrsException}, which has the status of
     *     {@link #getPermit}, of {@link #request} or of the answer
     */
    CompletableFuture<Void> submit(
            Direction direction,
            ConnectionType type,
            MemorySegment userHeader,
            @Nullable RegisteredMemory data,
            long offset,
            int length);

    /** As {@link #submit(Direction, ConnectionType, MemorySegment, RegisteredMemory, long, int)}. */
    default CompletableFuture<Void> submit(
            Direction direction,
            ConnectionType type,
            byte[] userHeader,
            @Nullable RegisteredMemory data,
            long offset,
            int length) {
        return submit(direction, type, MemorySegment.ofArray(userHeader), data, offset, length);
    }

    /**
     * Writes and waits for the answer. An interrupt does not end the wait, because the adapter uses the memory; the
     * thread stays interrupted.
     *
     * @throws RtrsException with the status of the answer or of {@link #request}
     * @throws IllegalStateException on a thread of the session
     */
    void write(MemorySegment userHeader, @Nullable RegisteredMemory data, long offset, int length) throws RtrsException;

    /** Reads and waits for the answer; as {@link #write}. */
    void read(MemorySegment userHeader, @Nullable RegisteredMemory data, long offset, int length) throws RtrsException;

    /** The paths in the order of their addition, as they are now; the list never changes. */
    List<ClientPath> paths();

    /**
     * Requests that wait for a path at this moment, 0 without {@link RtrsClient.Builder#pathWait}; no path counts them
     * in {@link ClientPath#inFlight}.
     */
    int waiting();

    /**
     * Adds a path, and waits until it is up; at most 128 (spec/rtrs.md 10.3). It may leave through a device that no path used
     * before: all registered memory is registered there first. A server that refuses for the moment is asked again, as in
     * {@link RtrsClient.Builder#open}; so is one that has not yet closed a path of the same addresses that was removed here.
     *
     * <p>While no path is connected, a server that does not know the session makes it anew, as it does when a path reconnects:
     * it has been restarted. <b>Name no other server then:</b> it would take the session too. While a path is connected when it
     * is asked, it refuses with ENXIO.
     *
     * @param path {@code [source@]destination} with {@code ip:} before each address, of the family of the other paths
     * @throws RtrsException INVALID, PROTOCOL_NOT_SUPPORTED for a bad address, INVALID for one of another family;
     *     EXISTS_ALREADY if there is a path between these addresses; NO_SPACE with 128 paths; CLOSED; else why it did not come
     *     up, and then it is gone again
     * @throws IllegalStateException on a thread of the session
     */
    ClientPath addPath(String path) throws RtrsException;

    /**
     * Disconnects a path and removes it; its requests move to others. The last one may be removed too: then requests fail
     * with CONNECTION_ABORTED, or wait ({@link RtrsClient.Builder#pathWait}), until {@link #addPath}.
     *
     * @throws RtrsException NOT_FOUND if it is no path of this session any more; CLOSED
     * @throws IllegalStateException on a thread of the session
     */
    void removePath(ClientPath path) throws RtrsException;

    /**
     * Disconnects a path, and waits until it is; its requests move to others. It stays listed, and does not come back until
     * {@link #reconnectPath}. One that is disconnected already stays so.
     *
     * @throws RtrsException NOT_FOUND if it is no path of this session any more; CLOSED
     * @throws IllegalStateException on a thread of the session
     */
    void disconnectPath(ClientPath path) throws RtrsException;

    /**
     * Connects a path anew, and waits until it is up: one that is connected is disconnected first, one that waits for its next
     * attempt need not wait any longer. Attempts start to count again.
     *
     * @throws RtrsException NOT_CONNECTED if the attempt failed, with the reason; automatic attempts go on. BUSY if it is
     *     being connected or closed at the moment; NOT_FOUND if it is no path of this session any more; CLOSED
     * @throws IllegalStateException on a thread of the session
     */
    void reconnectPath(ClientPath path) throws RtrsException;

    /** Requests choose their path like this from now on; those under way stay where they are. */
    void setPolicy(MultipathPolicy policy);

    /** Requests choose their path like this from now on; those under way stay where they are. */
    void setPolicy(PathSelector selector);

    /** How requests choose their path: {@code round-robin}, {@code min-inflight}, {@code min-latency}, or a user's class. */
    String policy();

    /** How often the user's {@link PathSelector} threw, or chose what is no path, since it was set. */
    long selectorFaults();

    /** So many attempts to reconnect a path may fail in a row; −1 for no limit. */
    int reconnectAttemptsMax();

    /**
     * Sets {@link #reconnectAttemptsMax}, from the next attempt of each path on.
     *
     * @param attempts −1 for no limit, 0 for no reconnecting, at most 9999
     * @throws RtrsException INVALID if it is out of range; CLOSED
     * @throws IllegalStateException on a thread of the session
     */
    void setReconnectAttemptsMax(int attempts) throws RtrsException;

    /**
     * Polls every IO connection once, for sessions with {@code WaitStrategy.INVOKED}; one caller at a time. Meanwhile the
     * caller is a thread of the session.
     *
     * @return completions handled, 0 with other strategies
     */
    int poll();

    /**
     * Closes the session: its paths are disconnected and drained, requests under way, and those that wait for a path,
     * end with CONNECTION_ABORTED, and all permits are waited for, up to the connect timeout. A second call waits for
     * the first. Where a callback does not return, what it may still use stays allocated until it does, which is
     * logged.
     *
     * @throws IllegalStateException on a thread of the session or its listener's, for which it would have to wait
     */
    @Override
    void close();
}
