package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.cm.CmSink;
import io.rtrs.soft.roce.cm.ConnectRequest;
import io.rtrs.soft.roce.cm.Gsi;
import io.rtrs.soft.roce.cm.QueuePairAttributes;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;

import java.lang.foreign.MemorySegment;

/** Does what the connection manager of an endpoint wants done. */
final class Management implements CmSink {
    /** The UDP source port of QP1's packets, as rxe has it (spec/rocev2.md 1.3). */
    private static final int SOURCE_PORT = 55410;

    private final Endpoint endpoint;
    private final ConnectionEvents consumer;
    private int psn;

    Management(Endpoint endpoint, ConnectionEvents consumer) {
        this.endpoint = endpoint;
        this.consumer = consumer;
    }

    @Override
    public void sendMad(MemorySegment memory, long offset, RoceAddress to) {
        long at = endpoint.reserve(new Peer(to, SOURCE_PORT), Gsi.PACKET_SIZE);
        if (at == Link.NO_ROOM) {
            endpoint.counters().add(EndpointCounter.MADS_LOST);
            return;
        }
        MemorySegment out = endpoint.link().transmitMemory();
        Gsi.put(out, at, psn++);
        MemorySegment.copy(memory, offset, out, at + Gsi.HEADERS, Mad.SIZE);
        if (endpoint.link().staysHere(to.gid())) {
            Mad.tellUnsealed(out, at + Gsi.HEADERS);
        }
        endpoint.link().commit();
    }

    @Override
    public int connectQueuePair(int qpn, QueuePairAttributes wanted, long nowNs) {
        Endpoint home = endpoint.shards().home(qpn);
        return endpoint.asOwner(home, now -> home.connect(qpn, wanted, now), nowNs);
    }

    @Override
    public void failQueuePair(int qpn) {
        Endpoint home = endpoint.shards().home(qpn);
        endpoint.asOwner(home, now -> home.fail(qpn), 0);
    }

    @Override
    public void queuePairNumberFree(int qpn) {
        Endpoint home = endpoint.shards().home(qpn);
        endpoint.asOwner(home, now -> home.numberFree(qpn), 0);
    }

    @Override
    public void onConnectRequest(long listener, long connection, ConnectRequest request) {
        consumer.onConnectRequest(listener, connection, request);
    }

    @Override
    public void onRefused(Gid peer, int port, int reason) {
        consumer.onRefused(peer, port, reason);
    }

    @Override
    public void onEstablished(long connection, PrivateData data) {
        consumer.onEstablished(connection, data);
    }

    @Override
    public void onRejected(long connection, int reason, PrivateData data) {
        consumer.onRejected(connection, reason, data);
    }

    @Override
    public void onUnreachable(long connection, int status) {
        consumer.onUnreachable(connection, status);
    }

    @Override
    public void onConnectError(long connection, int status) {
        consumer.onConnectError(connection, status);
    }

    @Override
    public void onDisconnected(long connection, int status) {
        consumer.onDisconnected(connection, status);
    }

    @Override
    public void onTimewaitExit(long connection) {
        // No consumer of ours waits for it.
    }
}
