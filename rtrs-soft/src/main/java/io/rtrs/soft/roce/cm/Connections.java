package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The connections of a manager by all that they are looked up by. An id is reserved before anything of the connection is
 * visible, and a connection is published whole.
 */
final class Connections {
    /**
     * The other side's number. The address with its port belongs to it, though the GUID should do (spec/rocev2.md 13.1): anyone can write
     * another's GUID into a message, and must not meet that one's connections by it.
     */
    private record Key(RoceAddress address, long guid, int number) {}

    private final Map<Integer, Connection> byId = new HashMap<>();
    private final Map<Key, Connection> byPeerId = new HashMap<>();
    private final Map<Key, Connection> byPeerQpn = new HashMap<>();
    private final Map<Integer, Connection> byQpn = new HashMap<>();
    private final Set<Connection> waiting = new LinkedHashSet<>();
    private int nextId;

    Connections(int firstId) {
        nextId = firstId;
    }

    /** An id that no connection has; never 0, which means none in a REJ. */
    int reserveId() {
        while (nextId == 0 || byId.containsKey(nextId)) {
            nextId++;
        }
        return nextId++;
    }

    void publish(Connection connection) {
        byId.put(connection.id, connection);
    }

    /**
     * Makes the other side known. Its id takes the place of a connection that it called so before, or, if it answers with an
     * id that it uses already, of one that lives: then only its own late REQ for that one may no longer pass for a duplicate.
     */
    void publishPeer(Connection connection) {
        byPeerId.put(peerId(connection), connection);
        byPeerQpn.put(peerQpn(connection), connection);
    }

    void publishQpn(Connection connection) {
        byQpn.put(connection.qpn, connection);
    }

    /** The connection with a handle, whatever its state; null if there is none. */
    @Nullable
    Connection ofHandle(long handle) {
        Connection connection = handle >>> 32 == 0 ? byId.get((int) handle) : null;
        return connection != null && connection.owned ? connection : null;
    }

    /** The connection with an id, as far as the network knows it. */
    @Nullable
    Connection ofId(int id) {
        Connection connection = byId.get(id);
        return connection != null && connection.state != ConnectionState.CLOSED ? connection : null;
    }

    /** The connection that the peer calls so. */
    @Nullable
    Connection ofPeerId(RoceAddress peer, long guid, int id) {
        return byPeerId.get(new Key(peer, guid, id));
    }

    /** The connection that the peer's queue pair has. */
    @Nullable
    Connection ofPeerQpn(RoceAddress peer, long guid, int qpn) {
        return byPeerQpn.get(new Key(peer, guid, qpn));
    }

    /** The connection that a queue pair of this side has. */
    @Nullable
    Connection ofQpn(int qpn) {
        return byQpn.get(qpn);
    }

    /** Keeps in mind whether it waits for the peer's word, to its request or to its end. */
    void waits(Connection connection, boolean does) {
        if (does) {
            waiting.add(connection);
        } else {
            waiting.remove(connection);
        }
    }

    /** The connections that wait for the word of a peer. */
    List<Connection> waiting(RoceAddress peer) {
        return waiting.isEmpty()
                ? List.of()
                : waiting.stream()
                        .filter(connection -> connection.peer.equals(peer))
                        .toList();
    }

    /** The peer may use its queue pair anew (spec/rocev2.md 13.8). */
    void releasePeerQpn(Connection connection) {
        if (connection.peerKnown) {
            byPeerQpn.remove(peerQpn(connection), connection);
        }
    }

    /** The peer may use its id anew. */
    void releasePeerId(Connection connection) {
        if (connection.peerKnown) {
            byPeerId.remove(peerId(connection), connection);
        }
    }

    private static Key peerId(Connection connection) {
        return new Key(connection.peer, connection.peerGuid, connection.peerId);
    }

    private static Key peerQpn(Connection connection) {
        return new Key(connection.peer, connection.peerGuid, connection.peerQpn);
    }

    /** Whether the connection was the one that had this side's queue pair. */
    boolean releaseQpn(Connection connection) {
        return connection.qpn != 0 && byQpn.remove(connection.qpn, connection);
    }

    void remove(Connection connection) {
        byId.remove(connection.id, connection);
    }

    int size() {
        return byId.size();
    }

    /** Entries of all tables, to prove that nothing is left. */
    int entries() {
        return byId.size() + byPeerId.size() + byPeerQpn.size() + byQpn.size() + waiting.size();
    }
}
