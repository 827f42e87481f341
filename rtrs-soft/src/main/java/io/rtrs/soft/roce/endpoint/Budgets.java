package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.rc.Budget;
import io.rtrs.soft.roce.wire.RoceAddress;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The budgets of an endpoint's peers, each for as long as a queue pair has it: the least that any of a peer's queue pairs was
 * told, for all fill the same buffer.
 */
final class Budgets {
    private static final class Entry {
        final Budget budget;

        /** How many queue pairs were told each number of packets. */
        final TreeMap<Integer, Integer> told = new TreeMap<>();

        Entry(int packets) {
            this.budget = new Budget(packets);
        }

        void add(int packets) {
            told.merge(packets, 1, Integer::sum);
            rebound();
        }

        void remove(int packets) {
            told.computeIfPresent(packets, (number, users) -> users == 1 ? null : users - 1);
            rebound();
        }

        private void rebound() {
            if (!told.isEmpty()) {
                budget.bound(told.firstKey());
            }
        }
    }

    private final Map<RoceAddress, Entry> byPeer = new HashMap<>();

    /** One more queue pair has the peer, and was told how many packets it takes. */
    Budget take(RoceAddress peer, int packets) {
        Entry entry = byPeer.computeIfAbsent(peer, address -> new Entry(packets));
        entry.add(packets);
        return entry.budget;
    }

    /** A queue pair that took with the same number is gone, and has nothing under way any more. */
    void giveBack(RoceAddress peer, int packets) {
        Entry entry = byPeer.get(peer);
        if (entry != null) {
            entry.remove(packets);
            if (entry.told.isEmpty()) {
                byPeer.remove(peer);
            }
        }
    }

    int size() {
        return byPeer.size();
    }
}
