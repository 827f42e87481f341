package io.rtrs.soft.roce.endpoint;

import java.util.Arrays;
import java.util.function.LongToIntFunction;

/**
 * The endpoints of one local address. The first has the connection manager; each has the queue pairs whose numbers name it by
 * their low bits, so that a filter in the network's way can choose among their links without knowing any queue pair.
 *
 * <p>Each endpoint has an owner of its own. The first one's does what concerns a queue pair as the other's owner; the others
 * leave for the first one what they have to say, and for each other the packets that came to the wrong link. So nobody who
 * owns another endpoint than the first ever waits for an owner.
 *
 * <p><b>Threading:</b> {@link Endpoint#join} by one thread at a time; all else any.
 */
public final class Shards {
    /** Bits of a queue pair's number that name its endpoint. */
    public static final int BITS = 4;

    /** The most endpoints of an address. */
    public static final int MAX = 1 << BITS;

    /** Those who own the endpoints. */
    public interface Owners {
        /** Runs a command as the owner of an endpoint, after a wait for him if need be; only ever called by the first's owner. */
        int run(int shard, LongToIntFunction command);

        /** Something was left for an endpoint: its {@link Endpoint#poll} must follow soon. Called by another's owner. */
        void attend(int from, int shard);
    }

    /** One endpoint alone. */
    static final Owners NOBODY = new Owners() {
        @Override
        public int run(int shard, LongToIntFunction command) {
            throw new IllegalStateException("there is one endpoint");
        }

        @Override
        public void attend(int from, int shard) {
            throw new IllegalStateException("there is one endpoint");
        }
    };

    private final Owners owners;
    private volatile Endpoint[] all = {};

    /** None yet. */
    public Shards(Owners owners) {
        this.owners = owners;
    }

    /** The one that a queue pair's number names, whether it exists or not. */
    public static int of(int number) {
        return number & (MAX - 1);
    }

    /** How many there are. */
    public int count() {
        return all.length;
    }

    /** Adds the next one. */
    void add(Endpoint made) {
        Endpoint[] now = all;
        if (now.length == MAX) {
            throw new IllegalStateException(MAX + " endpoints are the most");
        }
        Endpoint[] more = Arrays.copyOf(now, now.length + 1);
        more[now.length] = made;
        all = more;
    }

    /** The first one, which has the connection manager. */
    Endpoint first() {
        return all[0];
    }

    /** Where a queue pair of that number is, if there is one. */
    Endpoint home(int number) {
        Endpoint[] now = all;
        int shard = of(number);
        return shard < now.length ? now[shard] : now[0];
    }

    Owners owners() {
        return owners;
    }
}
