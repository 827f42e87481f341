package io.rtrs.sim.checker;

import io.rtrs.sim.net.SimNetwork;
import io.rtrs.soft.roce.driver.SoftRoceProvider;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the keys of remote memory off the wire, as anybody in the network could, and tries them when they should be worth
 * nothing any more.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class KeyWatch implements SimNetwork.KeyListener {
    private record Seen(int rkey, long length) {}

    private final Verdict verdict;

    /** The last key for each address; addresses are of this one machine, whatever process they are of. */
    private final TreeMap<Long, Seen> seen = new TreeMap<>();

    /** Has read nothing yet. */
    public KeyWatch(Verdict verdict) {
        this.verdict = verdict;
    }

    @Override
    public void onKey(long address, int rkey, long length) {
        seen.put(address, new Seen(rkey, length));
    }

    /** No key that was seen for this memory of that process may be good. */
    public void tryAll(SoftRoceProvider verbs, MemorySegment memory, String what) {
        long from = memory.address();
        for (Map.Entry<Long, Seen> entry :
                seen.subMap(from, from + memory.byteSize()).entrySet()) {
            Seen key = entry.getValue();
            if (verbs.allowsRemoteWrite(key.rkey, entry.getKey(), key.length)) {
                verdict.broken(Rule.KEY_TAKEN_BACK, what + " can still be written to with a key of the wire");
            }
        }
    }
}
