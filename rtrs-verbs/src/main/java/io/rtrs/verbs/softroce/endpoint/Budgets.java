package io.rtrs.verbs.softroce.endpoint;

import io.rtrs.verbs.softroce.rc.Budget;
import io.rtrs.verbs.softroce.wire.RoceAddress;

import java.util.HashMap;
import java.util.Map;

/** The budgets of an endpoint's peers, each for as long as a queue pair has it. */
final class Budgets {
    private static final class Entry {
        final Budget budget;
        int users;

        Entry(Budget budget) {
            this.budget = budget;
        }
    }

    private final Map<RoceAddress, Entry> byPeer = new HashMap<>();

    /** One more queue pair has the peer; the first says how many packets it takes. */
    Budget take(RoceAddress peer, int packets) {
        Entry entry = byPeer.computeIfAbsent(peer, address -> new Entry(new Budget(packets)));
        entry.users++;
        return entry.budget;
    }

    /** A queue pair is gone, which has nothing under way any more. */
    void giveBack(RoceAddress peer) {
        Entry entry = byPeer.get(peer);
        if (entry != null && --entry.users == 0) {
            byPeer.remove(peer);
        }
    }

    int size() {
        return byPeer.size();
    }
}
