package io.rtrs.client.request;

import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.SendLine;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.error.Errno;
import io.rtrs.core.events.SlowRequest;
import io.rtrs.core.imm.ImmediateLayout;
import io.rtrs.core.memory.Slab;
import io.rtrs.core.stats.PathCounter;
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
import java.util.ArrayList;
import java.util.List;

/**
 * What one attempt of a path has ready to carry requests, by permit, from the INFO exchange until the attempt is freed.
 *
 * <p><b>Threading:</b> {@link #carry} on any thread; completions on the event loops; {@link #stopSubmitting}, {@link
 * #letGo}, {@link #onQuiet} and the set-up on the control thread. <b>Allocation:</b> none from carry to callback.
 */
public final class CarrierTable {
    private static final Logger LOG = LoggerFactory.getLogger(CarrierTable.class);

    /** Finds another path for what this one lets go; the control thread's. */
    @FunctionalInterface
    public interface Mover {
        /** No path takes the request, and it waits for one. */
        int WAITS = 1;

        /**
         * Moves a claimed request to another path.
         *
         * @param userHeader valid during the call
         * @return 0, {@link #WAITS}, or why no path takes it, which is negative; then the claim is still the caller's
         */
        int move(Request request, MemorySegment userHeader);
    }

    /**
     * What became of the requests of a path that ends.
     *
     * @param taken so many went to other paths
     * @param waiting so many found none, and wait for one
     * @param failed so many found none, and are over
     */
    public record Moved(int taken, int waiting, int failed) {
        /** Whether there were any. */
        public boolean any() {
            return taken + waiting + failed > 0;
        }
    }

    /** Index of the window's bind in a chain; the request follows. */
    static final int BIND_WR = 0;

    static final int REQUEST_WR = 1;

    private final PathLimits limits;
    private final ImmediateLayout immediates;
    private final int tag;
    private final Carrier[] carriers;
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

    CarrierTable(CarrierTableBuilder parts, Carrier[] carriers, Slab headers, ReadKeys keys) {
        this.limits = parts.limits;
        this.immediates = new ImmediateLayout(limits.queueDepth());
        this.tag = parts.tag;
        this.carriers = carriers;
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
     * Carries a request whose claim the caller has. If the send queue of its connection has no room, it waits in line, and
     * the loop posts it.
     *
     * @return 0 if the request is the table's now; −EMSGSIZE, −ECONNABORTED, or −EINVAL if the region was just closed: then
     *     the claim is still the caller's, as it is when the user's memory cannot be read
     */
    public int carry(Request request, MemorySegment userHeader) {
        return carry(request, userHeader, false);
    }

    /** As {@link #carry(Request, MemorySegment)}, with a request that another path has let go. */
    public int takeOver(Request request, MemorySegment userHeader) {
        int result = carry(request, userHeader, true);
        if (result == 0) {
            stats.add(PathCounter.FAILOVERS, 1);
        }
        return result;
    }

    /**
     * As {@link #carry(Request, MemorySegment)}, with a request that has waited for a path, and so has kept its region.
     */
    public int resume(Request request, MemorySegment userHeader) {
        return carry(request, userHeader, true);
    }

    private int carry(Request request, MemorySegment userHeader, boolean again) {
        long userLength = userHeader.byteSize();
        int refusal = limits.check(request.direction, userLength, request.length);
        if (refusal != 0) {
            return refusal;
        }
        request.userLength = (int) userLength;
        Carrier carrier = carriers[request.id];
        RegisteredRegion region = request.region;
        request.begin(tag);
        // After it has begun, so that the control thread, which closes the table first, waits for us, and so that one
        // who closes the region meanwhile sees either the request or us. One that was under way, or has waited for a
        // path, has kept its region.
        boolean closedRegion = !again && region != null && region.isClosed();
        if (!open || closedRegion) {
            request.backOff();
            return closedRegion ? -Errno.EINVAL : -Errno.ECONNABORTED;
        }
        boolean admin = request.permit().type() == ConnectionType.ADMIN;
        Connection connection = admin ? service : carrier.ioConnection;
        PostSend call = admin ? carrier.adminCall : carrier.ioCall;
        carrier.connection = connection;
        int first = -1;
        try {
            first = prepare(carrier, call, userHeader);
        } finally {
            if (first < 0) { // the user's memory could not be read
                request.backOff();
            }
        }
        carrier.firstWr = first;
        stats.onSubmit(request.id, request.direction, userLength + request.length);
        SlowRequest slow = request.slow; // before anybody else may end the request
        request.activate();
        SendLine line = lines[connection.cid()];
        if (line.tryTake()) {
            int errno = post(carrier, connection, call);
            if (errno == 0) {
                markPosted(slow);
                request.posted();
                return 0;
            }
            return postFailed(request, connection, errno);
        }
        markPosted(slow);
        if (request.awaitRoom(tag)) {
            line.add(request.id);
            onRoom(connection);
        } else if (carrier.isUnacknowledged()) { // nor will it ever be acknowledged
            events.onPathError(
                    Errno.ECONNRESET, "an answer with msg_id = " + request.id + " came before its request was sent");
        }
        return 0;
    }

    private void markPosted(@Nullable SlowRequest slow) {
        if (slow != null) {
            slow.posted(events.pathName());
        }
    }

    /**
     * Posts a laid-out request, which has a credit. What a device's call throws ends the path, as an errno does; but nobody
     * knows whether it has posted, so the request counts as posted, and moves when the path is taken down.
     *
     * @return 0, or an errno if it is not posted
     */
    private int post(Carrier carrier, Connection connection, PostSend call) {
        try {
            int kind = carrier.isUnacknowledged() ? WorkId.WRITE : WorkId.REQUEST;
            return connection.post(call, carrier.firstWr, REQUEST_WR, WorkId.of(kind, carrier.id()));
        } catch (RuntimeException | Error e) {
            thrown(connection, e);
            return 0;
        }
    }

    private void thrown(Connection connection, Throwable e) {
        UserCode.failed(LOG, "posting on con " + connection.cid(), e);
        events.onPathError(
                Errno.EIO,
                "posting on con " + connection.cid() + ": unexpected "
                        + e.getClass().getName());
    }

    /** There may be room in a send queue: posts what waits for it. */
    void onRoom(Connection connection) {
        SendLine line = lines[connection.cid()];
        for (int id = line.next(); id != SendLine.NONE; id = line.next()) {
            Carrier carrier = carriers[id];
            Request request = carrier.request;
            boolean resumed = request.resume(tag);
            if (!resumed && !request.resumeInvalidate(tag)) {
                line.giveBack(); // it was let go
                continue;
            }
            try {
                // After the claim, as in carry: the thread may be any, and must not post when the queue pair is gone.
                if (!open) {
                    line.giveBack();
                } else if (resumed) {
                    postWaiting(carrier, connection);
                } else {
                    keys.postInvalidate(connection, carrier);
                }
            } catch (RuntimeException | Error e) {
                thrown(connection, e); // not to the caller, who has come for another request
            } finally {
                request.posted(); // or the path's end would wait for it
            }
        }
    }

    private void postWaiting(Carrier carrier, Connection connection) {
        PostSend call = connection == service ? carrier.adminCall : carrier.ioCall;
        int errno = post(carrier, connection, call);
        if (errno != 0) { // the path's end lets it go
            events.onPathError(Errno.ECONNRESET, postError(connection, errno));
        }
    }

    private int postFailed(Request request, Connection connection, int errno) {
        boolean refused = request.postFailed(tag);
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
    private int prepare(Carrier carrier, PostSend call, MemorySegment userHeader) {
        Request request = carrier.request;
        RegisteredRegion region = request.region;
        int id = request.id;
        int length = request.length;
        int userLength = request.userLength;
        MemorySegment slab = headers.segment();
        long header = carrier.headerOffset;
        MemorySegment.copy(userHeader, 0, slab, header, userLength);
        MemoryRegion memory = region == null || length == 0 ? null : region.on(deviceIndex);
        long address = region == null ? 0 : region.segment().address() + request.offset;
        int headerBytes = userLength + PathLimits.headerSize(request.direction, length);
        call.imm(REQUEST_WR, immediates.ioRequest(id, length + userLength));
        carrier.hasWindow = false;
        boolean write = request.direction == Direction.WRITE;
        carrier.lendsMemory(write && region != null && memory != null && !region.isLasting());
        if (write) {
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
            if (ReadKeys.give(carrier, call, BIND_WR, memory, address, length)) {
                first = BIND_WR;
            }
            ReadHeaderView.put(
                    slab, header + userLength, userLength, keys.flags(carrier), address, carrier.rkey, length);
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

    /** The carrier of a message id, which the caller has checked against the queue depth. */
    Carrier carrier(int messageId) {
        return carriers[messageId];
    }

    /** The server changed the key of a chunk; before its request is completed (spec/rtrs.md 7.7). */
    void onNewRkey(int bufferId, int rkey) {
        chunkRkeys[bufferId] = rkey;
    }

    /** What came of an answer: if the request is over, makes its callback. */
    void onTaken(Carrier carrier, Request.Taken taken, int status) {
        if (taken == Request.Taken.STRAY) {
            return;
        }
        stats.onComplete();
        if (taken == Request.Taken.OVER) {
            carrier.request.callBack(status);
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
        for (Carrier carrier : carriers) {
            int spins = 0;
            while (carrier.request.isPosting(tag)) {
                spins = Spin.pause(spins);
            }
        }
    }

    /**
     * Lets go what is under way here; nothing is posted any more. Answers that come late are not for these requests. Those
     * that the adapter may still touch are called back after {@link #onQuiet} at the earliest.
     */
    public Moved letGo(Mover to) {
        int taken = 0;
        int waiting = 0;
        int failed = 0;
        for (Carrier carrier : carriers) {
            Request request = carrier.request;
            Request.LetGo result = request.letGo(tag);
            if (result == Request.LetGo.NOTHING) {
                continue;
            }
            stats.onComplete();
            carrier.holds = result != Request.LetGo.UNTOUCHED;
            if (result != Request.LetGo.ANSWERED) {
                int status = move(to, carrier);
                if (status < 0) {
                    failed++;
                    carrier.holds |= request.fail(status);
                } else if (status == Mover.WAITS) {
                    waiting++;
                } else {
                    taken++;
                }
            }
        }
        return new Moved(taken, waiting, failed);
    }

    /** What is thrown fails one request, and keeps no other from being let go. */
    private int move(Mover to, Carrier carrier) {
        Request request = carrier.request;
        try {
            return to.move(request, headers.segment().asSlice(carrier.headerOffset, request.userLength));
        } catch (RuntimeException | Error e) {
            UserCode.failed(LOG, "moving the request of permit " + request.id, e);
            return -Errno.EIO;
        }
    }

    /**
     * No queue pair of the attempt can touch memory any more.
     *
     * @return what has waited for that, and is to be called back
     */
    public List<Request> onQuiet() {
        List<Request> due = new ArrayList<>();
        for (Carrier carrier : carriers) {
            if (carrier.holds) {
                carrier.holds = false;
                if (carrier.request.release()) {
                    due.add(carrier.request);
                }
            }
        }
        return due;
    }

    /** Requests under way here. */
    public int inFlight() {
        int count = 0;
        for (Carrier carrier : carriers) {
            count += carrier.isCarrying() ? 1 : 0;
        }
        return count;
    }
}
