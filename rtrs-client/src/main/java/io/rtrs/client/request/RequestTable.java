package io.rtrs.client.request;

import io.rtrs.client.RequestCallback;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.SendLine;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.error.Errno;
import io.rtrs.core.imm.ImmediateLayout;
import io.rtrs.core.memory.Slab;
import io.rtrs.core.stats.PathStats;
import io.rtrs.core.wire.ChunkMap;
import io.rtrs.core.wire.ReadHeaderView;
import io.rtrs.core.wire.WriteHeaderView;
import io.rtrs.core.work.Spin;
import io.rtrs.core.work.UserCode;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.PostSend;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.MemorySegment;

/**
 * The requests under way on one path, by permit, from the INFO exchange until the path is torn down.
 *
 * <p><b>Threading:</b> {@link #start} on any thread; completions on the event loops; {@link #stopSubmitting}, {@link
 * #failAll} and the set-up on the control thread. <b>Allocation:</b> none from start to callback.
 */
public final class RequestTable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestTable.class);

    /** Index of the window's bind in a chain; the request follows. */
    static final int BIND_WR = 0;

    static final int REQUEST_WR = 1;

    private final PathLimits limits;
    private final ImmediateLayout immediates;
    private final InFlight[] entries;
    private final Connection service;

    /** Permits whose requests or invalidates wait for room in the send queue; by cid. */
    private final SendLine[] lines;

    private final Slab headers;
    private final int deviceIndex;
    private final ReadKeys keys;
    private final PathStats stats;
    private final PathEvents events;

    // Set by the control thread before the table opens; keys change with each answer in mode Y.
    private long[] chunkAddresses = {};
    private int[] chunkRkeys = {};

    private volatile boolean open;

    RequestTable(RequestTableBuilder parts, InFlight[] entries, Slab headers, ReadKeys keys) {
        this.limits = parts.limits;
        this.immediates = new ImmediateLayout(limits.queueDepth());
        this.entries = entries;
        this.service = parts.connections.getFirst();
        this.lines = parts.lines;
        this.headers = headers;
        this.deviceIndex = parts.deviceIndex;
        this.keys = keys;
        this.stats = parts.stats;
        this.events = parts.events;
    }

    /** The server's limits. */
    public PathLimits limits() {
        return limits;
    }

    /** The chunks are known: requests may start. */
    public void open(ChunkMap chunks) {
        chunkAddresses = chunks.addresses();
        chunkRkeys = chunks.rkeys();
        open = true;
    }

    /** Whether requests may start. */
    public boolean isOpen() {
        return open;
    }

    /**
     * Starts a request. If the send queue of its connection has no room, it waits in line, and the loop posts it.
     *
     * @param copyTarget where the answer's data is copied before the callback, or null
     * @return 0 if the callback will come; −EMSGSIZE, −ECONNABORTED, or −EINVAL if the region was just closed
     * @throws IllegalStateException if the permit's request is under way
     */
    public int start(
            Direction direction,
            PermitSlot permit,
            RequestCallback callback,
            MemorySegment userHeader,
            @Nullable RegisteredRegion region,
            long offset,
            int length,
            @Nullable MemorySegment copyTarget) {
        long userLength = userHeader.byteSize();
        int refusal = limits.check(direction, userLength, length);
        if (refusal != 0) {
            return refusal;
        }
        InFlight entry = entries[permit.id()];
        entry.claim();
        // After the claim, so that the control thread, which closes the table first, waits for us.
        if (!open) {
            entry.unclaim();
            return -Errno.ECONNABORTED;
        }
        boolean admin = permit.type() == ConnectionType.ADMIN;
        Connection connection = admin ? service : entry.ioConnection;
        entry.connection = connection;
        entry.permit = permit;
        entry.callback = callback;
        entry.region = region;
        entry.copyTarget = copyTarget;
        entry.dataOffset = offset;
        PostSend call = admin ? entry.adminCall : entry.ioCall;
        int first = -1;
        try {
            first = prepare(entry, call, direction, userHeader, (int) userLength, region, offset, length);
        } finally {
            if (first < 0) { // the user's memory could not be read
                entry.unclaim();
            }
        }
        entry.activate();
        // After it is active, so that whoever closes the region meanwhile sees either the request or us.
        if (region != null && region.isClosed()) {
            return entry.postFailed() ? -Errno.EINVAL : 0;
        }
        stats.onSubmit(direction, userLength + length);
        entry.firstWr = first;
        SendLine line = lines[connection.cid()];
        if (line.tryTake()) {
            int errno = connection.post(call, first, REQUEST_WR, WorkId.of(WorkId.REQUEST, entry.id));
            if (errno == 0) {
                entry.posted();
                return 0;
            }
            return postFailed(entry, connection, errno);
        }
        if (entry.awaitRoom()) {
            line.add(entry.id);
            onRoom(connection);
        }
        return 0;
    }

    /** There may be room in a send queue: posts what waits for it. */
    void onRoom(Connection connection) {
        SendLine line = lines[connection.cid()];
        for (int id = line.next(); id != SendLine.NONE; id = line.next()) {
            InFlight entry = entries[id];
            boolean request = entry.resume();
            if (!request && !entry.resumeInvalidate()) {
                line.giveBack(); // its path has failed
                continue;
            }
            // After the claim, as in start: the thread may be any, and must not post when the queue pair is gone.
            if (!open) {
                line.giveBack();
            } else if (request) {
                postWaiting(entry, connection);
            } else {
                keys.postInvalidate(connection, entry);
            }
            entry.posted();
        }
    }

    private void postWaiting(InFlight entry, Connection connection) {
        PostSend call = connection == service ? entry.adminCall : entry.ioCall;
        int errno = connection.post(call, entry.firstWr, REQUEST_WR, WorkId.of(WorkId.REQUEST, entry.id));
        if (errno != 0) { // the path's end calls back
            events.onPathError(Errno.ECONNRESET, postError(connection, errno));
        }
    }

    private int postFailed(InFlight entry, Connection connection, int errno) {
        boolean refused = entry.postFailed();
        events.onPathError(Errno.ECONNRESET, postError(connection, errno));
        if (!refused) {
            return 0;
        }
        stats.onComplete();
        return -Errno.ECONNABORTED;
    }

    private static String postError(Connection connection, int errno) {
        return "posting a request on con " + connection.cid() + " failed with " + Errno.describe(errno);
    }

    /** Fills header and work requests; returns the first work request of the chain. */
    private int prepare(
            InFlight entry,
            PostSend call,
            Direction direction,
            MemorySegment userHeader,
            int userLength,
            @Nullable RegisteredRegion region,
            long offset,
            int length) {
        int id = entry.id;
        MemorySegment slab = headers.segment();
        long header = entry.headerOffset;
        MemorySegment.copy(userHeader, 0, slab, header, userLength);
        MemoryRegion memory = region == null || length == 0 ? null : region.on(deviceIndex);
        long address = region == null ? 0 : region.segment().address() + offset;
        int headerBytes = userLength + PathLimits.headerSize(direction, length);
        call.imm(REQUEST_WR, immediates.ioRequest(id, length + userLength));
        entry.hasWindow = false;
        if (direction == Direction.WRITE) {
            WriteHeaderView.put(slab, header + userLength, userLength);
            int sges = 0;
            if (memory != null) {
                call.sge(REQUEST_WR, sges++, address, length, memory.getLkey());
            }
            call.sge(REQUEST_WR, sges++, headers.address(header), headerBytes, headers.lkey());
            call.numSge(REQUEST_WR, sges).remote(REQUEST_WR, chunkAddresses[id], chunkRkeys[id]);
            return REQUEST_WR;
        }
        int first = REQUEST_WR;
        if (memory == null) {
            ReadHeaderView.put(slab, header + userLength, userLength);
        } else {
            if (ReadKeys.give(entry, call, BIND_WR, memory, address, length)) {
                first = BIND_WR;
            }
            ReadHeaderView.put(slab, header + userLength, userLength, keys.flags(entry), address, entry.rkey, length);
        }
        call.sge(REQUEST_WR, 0, headers.address(header), headerBytes, headers.lkey())
                .numSge(REQUEST_WR, 1);
        call.remote(REQUEST_WR, chunkAddresses[id] + length, chunkRkeys[id]);
        return first;
    }

    /** The keys of reads. */
    ReadKeys keys() {
        return keys;
    }

    /** The entry of a message id, which the caller has checked against the queue depth. */
    InFlight entry(int messageId) {
        return entries[messageId];
    }

    /** The server changed the key of a chunk; before its request is completed (spec/rtrs.md 7.7). */
    void onNewRkey(int bufferId, int rkey) {
        chunkRkeys[bufferId] = rkey;
    }

    /** Makes the callback of an entry whose duty the caller took over. */
    void complete(InFlight entry, int status) {
        RequestCallback callback = entry.callback;
        PermitSlot permit = entry.permit;
        RegisteredRegion region = entry.region;
        MemorySegment target = entry.copyTarget;
        entry.callback = null;
        entry.permit = null;
        entry.region = null;
        entry.copyTarget = null;
        stats.onComplete();
        if (callback == null || permit == null) {
            throw new IllegalStateException("permit " + entry.id + " has no callback");
        }
        int result = status;
        if (target != null && region != null && status == 0) {
            result = copy(region.segment(), entry.dataOffset, target, entry.id);
        }
        try {
            callback.onComplete(permit, result);
        } catch (Throwable e) {
            UserCode.failed(LOG, "the callback of permit " + entry.id, e);
        } finally {
            UserCode.left();
        }
    }

    /** Copies an answer's data to the user's memory; 0, or −EFAULT if that cannot be written any more. */
    private static int copy(MemorySegment from, long offset, MemorySegment target, int permitId) {
        try {
            MemorySegment.copy(from, offset, target, 0, target.byteSize());
            return 0;
        } catch (RuntimeException | Error e) {
            LOG.error("the memory that permit {} reads to cannot be written", permitId, e);
            return -Errno.EFAULT;
        }
    }

    /** Lets no request start any more; any thread. */
    public void refuse() {
        open = false;
    }

    /**
     * Lets no request start any more, and waits for those that are just being posted: at most as long as a post takes.
     */
    public void stopSubmitting() {
        open = false;
        for (InFlight entry : entries) {
            int spins = 0;
            while (entry.isPosting()) {
                spins = Spin.pause(spins);
            }
        }
    }

    /** Ends every request that is still under way; the queue pairs are drained or destroyed. */
    public void failAll(int status) {
        for (InFlight entry : entries) {
            if (entry.takeFailed()) {
                complete(entry, status);
            }
        }
    }

    /** Whether the permit's request is under way. */
    public boolean isActive(int permitId) {
        return entries[permitId].isActive();
    }

    /** Whether a request that is under way names the region. */
    public boolean uses(RegisteredRegion region) {
        for (InFlight entry : entries) {
            if (entry.isActive() && entry.region == region) {
                return true;
            }
        }
        return false;
    }

    /** Requests under way. */
    public int inFlight() {
        int count = 0;
        for (InFlight entry : entries) {
            count += entry.isActive() ? 1 : 0;
        }
        return count;
    }
}
