package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.IpCmHeader;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.cm.message.Told;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * Connection management of one local address (spec/rocev2.md 13): listeners, connections in both roles, and the times of
 * both. Pure: what it wants done goes to its {@link CmSink}.
 *
 * <p>Drive order: commands and {@link #onMad} whenever they come, {@link #poll} when {@link #nextDeadlineNs} has come. A
 * call that finds nothing to do does nothing.
 *
 * <p>Handles are positive; a connection's lasts until {@link #destroy}. Commands return 0 or a handle, or a negative errno:
 * {@link #EINVAL} if the connection is not in a state for it or is gone, or the private data is too long.
 *
 * <p><b>Threading</b>: none of its own; one owner at a time. <b>Allocation</b>: per message, never per data packet.
 */
public final class ConnectionManager {
    /**
     * The lowest port at which a peer may say that it hears: those below are other services', which somebody who forges the
     * source of a datagram could have answered instead; no kernel gives them to a process that takes any port.
     */
    static final int LOWEST_OWN_PORT = 1024;

    /** {@link #nextDeadlineNs}: no timer runs. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** A command that is no good in the connection's state, or an unknown handle, or too much private data. */
    public static final int EINVAL = 22;

    /** No room for another connection. */
    public static final int ENOMEM = 12;

    /** The port has a listener. */
    public static final int EADDRINUSE = 98;

    /** Bytes of private data that fit a connect, an accept, and a reject. */
    public static final int CONNECT_DATA = IpCmHeader.CONSUMER_SIZE;

    /** See {@link #CONNECT_DATA}. */
    public static final int ACCEPT_DATA = Rep.PRIVATE_SIZE;

    /** See {@link #CONNECT_DATA}. */
    public static final int REJECT_DATA = Rej.PRIVATE_SIZE;

    private final Parts parts;
    private final Inbox inbox;

    /** A manager without listeners and connections. */
    public ConnectionManager(CmIdentity self, CmTimes times, CmLimits limits, CmSink sink) {
        this.parts = new Parts(self, times, limits, sink);
        this.inbox = new Inbox(parts);
    }

    // ---- queries

    /** When {@link #poll} has something to do, or {@link #NO_DEADLINE}. */
    public long nextDeadlineNs() {
        Connection first = parts.deadlines.first();
        return first == null ? NO_DEADLINE : first.deadlineNs;
    }

    /** Connections that exist, those included that only a consumer or their timewait keeps. */
    public int connections() {
        return parts.connections.size();
    }

    /** Requests that came in and are not established. */
    public int halfOpen() {
        return parts.transitions.halfOpen();
    }

    /** A counter's value. */
    public long counter(CmCounter counter) {
        return parts.counters.get(counter);
    }

    /** Where a connection stands; null if the handle is unknown or destroyed. */
    public @Nullable ConnectionState state(long connection) {
        Connection found = parts.connections.ofHandle(connection);
        return found == null ? null : found.state;
    }

    // ---- inputs

    /**
     * The link carries path MTUs of up to so many bytes now: connections that are made from now on have no larger one. Those
     * that stand have what they agreed on.
     */
    public void carries(int pathMtu) {
        parts.pathMtu = pathMtu;
    }

    /**
     * A management datagram that came to QP1: the 256 bytes behind the DETH. The queue key is the caller's to check, see
     * {@link Gsi}; everything else is checked here, and no bytes do harm.
     */
    public void onMad(
            MemorySegment memory, long offset, int length, long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        parts.counters.add(CmCounter.RECEIVED);
        CmMessage message = Mad.isCm(memory, offset, length) ? CmMessage.decodeMad(memory, offset) : null;
        if (message == null) {
            parts.counters.add(CmCounter.NOT_UNDERSTOOD);
            return;
        }
        int port = RoceAddress.ROCE_PORT;
        if (Mad.hasOwnPort(memory, offset)) {
            port = sourcePort;
            if (port < LOWEST_OWN_PORT) {
                parts.counters.add(CmCounter.RESERVED_PORT);
                return;
            }
        }
        RoceAddress source = new RoceAddress(new Gid(sourceHi, sourceLo), port);
        Told told = Mad.told(memory, offset);
        inbox.take(message, source, told, Mad.transaction(memory, offset), nowNs);
    }

    /**
     * The network, or this machine, says that packets to a peer do not arrive. It hurries the end of connects that the peer
     * has not answered, which then hear UNREACHABLE with the errno, and of connections that this side ends. Of connections
     * that stand the queue pair decides, for an ICMP message is easily forged.
     *
     * @param errno why: a positive errno
     * @param settled whether this machine's own network stack says so: then once is enough, else it takes two tries
     */
    public void onUnreachable(RoceAddress peer, int errno, boolean settled, long nowNs) {
        for (Connection connection : parts.connections.waiting(peer)) {
            parts.transitions.unreachable(connection, errno, settled, nowNs);
        }
    }

    /** A request packet came to this queue pair: on the passive side as good as the RTU (spec/rocev2.md 13.3, 13.7). */
    public void onFirstRequest(int qpn, long nowNs) {
        Connection connection = parts.connections.ofQpn(qpn);
        if (connection != null) {
            parts.transitions.fire(connection, ConnectionEvent.FIRST_REQUEST, nowNs);
        }
    }

    // ---- commands

    /**
     * Takes requests for a port of the local address. A listener bound to the address goes before one at the wildcard.
     *
     * @param wildcard whether the consumer listens at all addresses
     * @param backlog requests that the consumer may leave undecided; 0 or less for the limit's
     * @return a handle, or -{@link #EADDRINUSE}
     */
    public long listen(int port, boolean wildcard, int backlog) {
        int most = parts.limits.backlog();
        Listener listener = parts.listeners.add(port, wildcard, backlog <= 0 ? most : Math.min(backlog, most));
        return listener == null ? -EADDRINUSE : listener.handle;
    }

    /** Takes no more requests; those that came are the consumer's to decide. */
    public int unlisten(long listener) {
        return parts.listeners.remove(listener) ? 0 : -EINVAL;
    }

    /**
     * Asks for a connection.
     *
     * @return a handle, -{@link #ENOMEM}, or -{@link #EINVAL} if there is too much private data or the link does not carry
     *     the path MTU
     */
    public long connect(ConnectParameters wish, long nowNs) {
        if (wish.data().length() > CONNECT_DATA || wish.pathMtu() > parts.pathMtu) {
            return -EINVAL;
        }
        if (parts.connections.size() >= parts.limits.connections()) {
            return -ENOMEM;
        }
        int id = parts.connections.reserveId();
        Req request = Negotiation.request(parts.self, parts.times, wish, id);
        Connection connection =
                new Connection(id, RoceAddress.of(wish.peer()), request, parts.postman.transaction(id), null);
        connection.qpn = wish.qpn();
        parts.connections.publish(connection);
        parts.connections.publishQpn(connection);
        parts.transitions.fire(connection, ConnectionEvent.CONNECT, nowNs);
        return connection.handle();
    }

    /**
     * Accepts a request: connects the queue pair, which takes requests from now on, and answers.
     *
     * @return 0; -{@link #EINVAL}, also if the peer gave up meanwhile; or what connecting the queue pair gave, which leaves
     *     the request undecided
     */
    public int accept(long connection, AcceptParameters wish, long nowNs) {
        Connection found = parts.connections.ofHandle(connection);
        if (found == null || !found.state.isUnanswered() || wish.data().length() > ACCEPT_DATA) {
            return -EINVAL;
        }
        Rep reply = Negotiation.reply(parts.self, wish, found);
        int status = parts.sink.connectQueuePair(wish.qpn(), Negotiation.passive(found, reply), nowNs);
        if (status != 0) {
            return status;
        }
        found.reply = reply;
        found.qpn = wish.qpn();
        parts.connections.publishQpn(found);
        return result(parts.transitions.fire(found, ConnectionEvent.ACCEPT, nowNs));
    }

    /** Refuses a request with reason 28; the handle is still to be destroyed. */
    public int reject(long connection, PrivateData data, long nowNs) {
        Connection found = parts.connections.ofHandle(connection);
        if (found == null || data.length() > REJECT_DATA || !found.state.isUnanswered()) {
            return -EINVAL;
        }
        found.data = data;
        return result(parts.transitions.fire(found, ConnectionEvent.REFUSE, nowNs));
    }

    /** The consumer knows that data arrived before the RTU did. */
    public int notifyEstablished(long connection, long nowNs) {
        Connection found = parts.connections.ofHandle(connection);
        if (found == null || found.state.compareTo(ConnectionState.REP_SENT) < 0) {
            return -EINVAL;
        }
        return result(parts.transitions.fire(found, ConnectionEvent.FIRST_REQUEST, nowNs));
    }

    /** Flushes the queue pair and ends the connection, or agrees to its end; more than once does nothing more. */
    public int disconnect(long connection, long nowNs) {
        return command(connection, ConnectionEvent.DISCONNECT, nowNs);
    }

    /**
     * Forgets the connection on behalf of its consumer, whatever its state: rejects what is undecided, gives up what was
     * asked, disconnects what stands. The manager finishes that by itself.
     */
    public int destroy(long connection, long nowNs) {
        Connection found = parts.connections.ofHandle(connection);
        if (found == null) {
            return -EINVAL;
        }
        found.owned = false;
        found.data = PrivateData.EMPTY;
        int result = result(parts.transitions.fire(found, ConnectionEvent.DESTROY, nowNs));
        if (found.state == ConnectionState.CLOSED) {
            parts.connections.remove(found);
        }
        return result;
    }

    // ---- outputs

    /**
     * Does what the time asks for.
     *
     * @param limit the most timers in this call
     * @return how many there were
     */
    public int poll(int limit, long nowNs) {
        int done = 0;
        while (done < limit) {
            Connection first = parts.deadlines.first();
            if (first == null || first.deadlineNs - nowNs > 0) {
                break;
            }
            parts.transitions.timeOut(first, nowNs);
            done++;
        }
        return done;
    }

    /** Entries in all tables: 0 when nothing is left of any connection. */
    int entries() {
        return parts.connections.entries() + (parts.deadlines.first() == null ? 0 : 1);
    }

    private int command(long connection, ConnectionEvent event, long nowNs) {
        Connection found = parts.connections.ofHandle(connection);
        return found == null ? -EINVAL : result(parts.transitions.fire(found, event, nowNs));
    }

    private static int result(Step.Outcome outcome) {
        return outcome == Step.Outcome.REFUSE ? -EINVAL : 0;
    }
}
