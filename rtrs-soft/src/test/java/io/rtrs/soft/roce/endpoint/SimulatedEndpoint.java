package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.KeyTable;
import io.rtrs.soft.queue.CompletionSink;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.roce.cm.AcceptParameters;
import io.rtrs.soft.roce.cm.CmIdentity;
import io.rtrs.soft.roce.cm.ConnectParameters;
import io.rtrs.soft.roce.cm.ConnectRequest;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.link.SimulatedLink;
import io.rtrs.soft.roce.link.SimulatedNetwork;
import io.rtrs.soft.roce.rc.QueuePair;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.verbs.DisniProvider;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** An endpoint of a simulated network, at 10.0.0.x if not said otherwise, which remembers what its consumers hear. */
final class SimulatedEndpoint implements ConnectionEvents {
    static final int PORT = 7174;
    static final int DEPTH = 64;

    static {
        DisniProvider.install();
    }

    final List<String> heard = new ArrayList<>();
    final List<String> done = new ArrayList<>();

    /** What the consumer does when a work request is over. */
    Runnable whenDone = () -> {};

    final QueuePairNumbers numbers;
    final SimulatedLink link;
    final Endpoint endpoint;
    long connection;

    /** Of all connections, asked for here or there. */
    final List<Long> handles = new ArrayList<>();

    final Domain domain = domain();

    /** One alone. */
    SimulatedEndpoint(int host) {
        this(SimulatedNetwork.perfect(), host);
    }

    SimulatedEndpoint(SimulatedNetwork network, int host) {
        this(network, host, Gid.ofIpv4(0x0A00_0000 | host), 1024);
    }

    SimulatedEndpoint(SimulatedNetwork network, int host, Gid address, int pathMtu) {
        this(network, host, address, pathMtu, false);
    }

    /** One that may borrow what it sends. */
    SimulatedEndpoint(SimulatedNetwork network, int host, Gid address, int pathMtu, boolean borrows) {
        numbers = new QueuePairNumbers(new AtomicInteger(host << 8)::getAndIncrement);
        link = network.attach(address, pathMtu);
        CmIdentity self = new CmIdentity(address, 0x0200_0000_0000_0000L | host, host << 16, pathMtu);
        endpoint = new Endpoint(borrows ? new LendingLink(link) : link, self, numbers, EndpointTuning.DEFAULT, this);
    }

    @SuppressWarnings("NullAway") // nothing here asks for the device
    private static Domain domain() {
        try {
            return new Domain(null, new KeyTable(new Random(1)::nextInt), null);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A lane that is in no table. */
    Lane unattached(int number) {
        return new Lane(endpoint, link, queuePair(number));
    }

    /** A queue pair in the endpoint. */
    Lane open() {
        return endpoint.open(queuePair(numbers.take()));
    }

    private QueuePair queuePair(int number) {
        CompletionSink sink = (qp, send, sequence, wrId, status, opcode, bytes, imm, flags, solicited) -> {
            done.add((send ? "send " : "receive ") + wrId + " status " + status);
            qp.retire(send, sequence);
            whenDone.run();
        };
        return new QueuePair(number, domain, new QueueCapacity(DEPTH, 1, DEPTH, 1, 64, true), sink);
    }

    long connect(SimulatedEndpoint to, Lane lane, long nowNs) {
        connection = endpoint.connections()
                .connect(
                        new ConnectParameters(
                                to.link.local(),
                                PORT,
                                40_000,
                                lane.number(),
                                0x123456,
                                1024,
                                0,
                                0,
                                7,
                                7,
                                17,
                                false,
                                PrivateData.EMPTY),
                        nowNs);
        handles.add(connection);
        endpoint.announce(lane);
        return connection;
    }

    /** Whether no queue pair, no connection and no number is left. */
    boolean isEmpty() {
        return endpoint.queuePairs() == 0 && endpoint.connections().connections() == 0 && numbers.taken() == 0;
    }

    int accept(Lane lane, long nowNs) {
        return endpoint.connections()
                .accept(
                        connection,
                        new AcceptParameters(lane.number(), 0x654321, 0, 0, 7, false, PrivateData.EMPTY),
                        nowNs);
    }

    @Override
    public void onConnectRequest(long listener, long asked, ConnectRequest request) {
        connection = asked;
        handles.add(asked);
        heard.add("asked by " + request.peer());
    }

    @Override
    public void onEstablished(long about, PrivateData data) {
        heard.add("established");
    }

    @Override
    public void onRejected(long about, int reason, PrivateData data) {
        heard.add("rejected " + reason);
    }

    @Override
    public void onUnreachable(long about, int status) {
        heard.add("unreachable");
    }

    @Override
    public void onConnectError(long about, int status) {
        heard.add("error " + status);
    }

    @Override
    public void onFault(int queuePair, Throwable thrown) {
        heard.add("fault " + thrown.getMessage());
    }

    @Override
    public void onDisconnected(long about, int status) {
        heard.add("disconnected " + status);
    }
}
