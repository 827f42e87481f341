package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A manager with a consumer that only records, and an outbox. */
final class Node implements CmSink {
    record Packet(RoceAddress to, MemorySegment mad) {
        CmMessage message() {
            return Objects.requireNonNull(CmMessage.decodeMad(mad, 0));
        }

        long transaction() {
            return Mad.transaction(mad, 0);
        }
    }

    /** What a sender at the port that all have may send from. */
    private static final int ANY_PORT = 55_410;

    /** A message in its datagram. */
    static Packet packet(CmMessage message, long transaction) {
        MemorySegment mad = MemorySegment.ofArray(new byte[Mad.SIZE]);
        message.encodeMad(mad, 0, transaction);
        return new Packet(RoceAddress.of(new Gid(0, 0)), mad);
    }

    /** What a consumer heard: of which connection, and what. */
    record Heard(long connection, String what, int status, PrivateData data) {}

    final Gid gid;
    final ConnectionManager cm;
    final Deque<Packet> outbox = new ArrayDeque<>();
    final Deque<Heard> events = new ArrayDeque<>();
    final Map<Integer, QueuePairAttributes> connected = new HashMap<>();
    final List<Integer> failed = new ArrayList<>();
    final List<Integer> freed = new ArrayList<>();

    @Nullable
    ConnectRequest lastRequest;

    /** The listener that heard the last request. */
    long lastListener;

    int connectStatus;

    Node(CmIdentity self) {
        this(self, CmTimes.DEFAULT, CmLimits.DEFAULT);
    }

    Node(CmIdentity self, CmTimes times, CmLimits limits) {
        gid = self.local();
        cm = new ConnectionManager(self, times, limits, this);
    }

    void deliver(MemorySegment mad, Gid source, long nowNs) {
        deliver(mad, source, ANY_PORT, nowNs);
    }

    void deliver(MemorySegment mad, Gid source, int sourcePort, long nowNs) {
        // In the middle of a larger buffer, as in a receive slab.
        int size = (int) mad.byteSize();
        MemorySegment slab = MemorySegment.ofArray(new byte[size + 50]);
        MemorySegment.copy(mad, 0, slab, 23, size);
        cm.onMad(slab, 23, size, source.hi(), source.lo(), sourcePort, nowNs);
    }

    /** The next packet, which must be there. */
    Packet sent() {
        return Objects.requireNonNull(outbox.poll(), "nothing was sent");
    }

    /** The next event, which must be there. */
    Heard heard() {
        return Objects.requireNonNull(events.poll(), "nothing was heard");
    }

    @Override
    public void sendMad(MemorySegment memory, long offset, RoceAddress to) {
        MemorySegment mad = MemorySegment.ofArray(new byte[Mad.SIZE]);
        outbox.add(new Packet(to, mad.copyFrom(memory.asSlice(offset, Mad.SIZE))));
    }

    @Override
    public int connectQueuePair(int qpn, QueuePairAttributes attributes, long nowNs) {
        if (connectStatus == 0) {
            connected.put(qpn, attributes);
        }
        return connectStatus;
    }

    @Override
    public void failQueuePair(int qpn) {
        failed.add(qpn);
    }

    @Override
    public void queuePairNumberFree(int qpn) {
        freed.add(qpn);
    }

    @Override
    public void onConnectRequest(long listener, long connection, ConnectRequest request) {
        lastRequest = request;
        lastListener = listener;
        hear(connection, "CONNECT_REQUEST", 0, request.data());
    }

    @Override
    public void onEstablished(long connection, PrivateData data) {
        hear(connection, "ESTABLISHED", 0, data);
    }

    @Override
    public void onRejected(long connection, int reason, PrivateData data) {
        hear(connection, "REJECTED", reason, data);
    }

    @Override
    public void onUnreachable(long connection, int status) {
        hear(connection, "UNREACHABLE", status, PrivateData.EMPTY);
    }

    @Override
    public void onConnectError(long connection, int status) {
        hear(connection, "CONNECT_ERROR", status, PrivateData.EMPTY);
    }

    @Override
    public void onDisconnected(long connection, int status) {
        hear(connection, "DISCONNECTED", status, PrivateData.EMPTY);
    }

    @Override
    public void onTimewaitExit(long connection) {
        hear(connection, "TIMEWAIT_EXIT", 0, PrivateData.EMPTY);
    }

    private void hear(long connection, String what, int status, PrivateData data) {
        events.add(new Heard(connection, what, status, data));
    }
}
