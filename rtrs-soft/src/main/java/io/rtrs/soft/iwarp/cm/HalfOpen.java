package io.rtrs.soft.iwarp.cm;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Bounds the connections of a provider whose request has not come yet, in all and for each peer (spec/iwarp.md 15). Who is
 * one too many takes the place of the one that has been silent for longest, of the same peer if that has its share: a client
 * speaks at once, so who floods loses.
 *
 * <p><b>Threading:</b> one at a time.
 *
 * @param <C> a connection
 */
public final class HalfOpen<C> {
    private final int most;
    private final int mostOfPeer;
    private final ArrayDeque<Entry<C>> oldestFirst = new ArrayDeque<>();
    private final Map<InetAddress, Integer> peers = new HashMap<>();

    private record Entry<C>(C connection, InetAddress peer) {}

    /** At most so many in all, and of one peer. */
    public HalfOpen(int most, int mostOfPeer) {
        this.most = most;
        this.mostOfPeer = mostOfPeer;
    }

    /**
     * One more is silent.
     *
     * @return who has to go for it; null: nobody
     */
    public @Nullable C add(C connection, InetAddress peer) {
        C gone = null;
        if (peers.getOrDefault(peer, 0) >= mostOfPeer) {
            gone = evict(peer);
        } else if (oldestFirst.size() >= most) {
            gone = evict(null);
        }
        oldestFirst.add(new Entry<>(connection, peer));
        peers.merge(peer, 1, Integer::sum);
        return gone;
    }

    private @Nullable C evict(@Nullable InetAddress of) {
        for (Iterator<Entry<C>> entries = oldestFirst.iterator(); entries.hasNext(); ) {
            Entry<C> entry = entries.next();
            if (of == null || of.equals(entry.peer())) {
                entries.remove();
                forget(entry.peer());
                return entry.connection();
            }
        }
        return null;
    }

    /** One has spoken, or is closed; nothing happens if it was not known. */
    public void remove(C connection) {
        for (Iterator<Entry<C>> entries = oldestFirst.iterator(); entries.hasNext(); ) {
            Entry<C> entry = entries.next();
            if (entry.connection() == connection) {
                entries.remove();
                forget(entry.peer());
                return;
            }
        }
    }

    private void forget(InetAddress peer) {
        peers.merge(peer, -1, (count, less) -> count + less == 0 ? null : count + less);
    }

    /** How many are silent now. */
    public int count() {
        return oldestFirst.size();
    }
}
