package io.rtrs.sim.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The books of all IO: what was asked, how often it was called back, and what each block may hold. At most one request of a
 * block is under way at a time, so that it is known what a read must bring: the last write that was acknowledged, or one that
 * failed or whose client was killed, for nobody can say whether that was done.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class Ledger {
    /** One request. */
    public final class Io {
        private final long id;
        private final int block;
        private final boolean write;
        private final long version;
        private int callbacks;
        private boolean abandoned;

        Io(long id, int block, boolean write, long version) {
            this.id = id;
            this.block = block;
            this.write = write;
            this.version = version;
        }

        /** Its number. */
        public long id() {
            return id;
        }

        /** Which block it is of. */
        public int block() {
            return block;
        }

        /** Whether it writes. */
        public boolean isWrite() {
            return write;
        }

        /** What it writes. */
        public long version() {
            return version;
        }

        /** It was never sent: it never was. */
        public void withdraw() {
            open.remove(id);
            busy[block] = false;
        }

        /** Its process is gone: nobody will call back. */
        public void abandon() {
            abandoned = true;
            end(true);
        }

        private void end(boolean unknown) {
            open.remove(id);
            busy[block] = false;
            if (write && unknown) {
                uncertain.get(block).add(version);
            }
        }

        @Override
        public String toString() {
            return (write ? "write " : "read ") + id + " of block " + block + (write ? ", version " + version : "");
        }
    }

    private final Verdict verdict;
    private final Disk disk;
    private final Map<Long, Io> open = new HashMap<>();
    private final boolean[] busy;
    private final long[] acknowledged;
    private final List<Set<Long>> uncertain = new ArrayList<>();
    /** Writes that ended well. */
    private final Set<Long> written = new HashSet<>();

    private long lastId;
    private long lastVersion;
    private long done;
    private long failed;

    /** Empty books; each block of the disk holds version 0. */
    public Ledger(Verdict verdict, Disk disk) {
        this.verdict = verdict;
        this.disk = disk;
        this.busy = new boolean[disk.blocks()];
        this.acknowledged = new long[disk.blocks()];
        for (int i = 0; i < disk.blocks(); i++) {
            uncertain.add(new HashSet<>());
        }
    }

    /** Whether a request of the block is under way. */
    public boolean isBusy(int block) {
        return busy[block];
    }

    /** A request begins. */
    public Io begin(int block, boolean write) {
        if (busy[block]) {
            throw new IllegalStateException("block " + block + " is busy");
        }
        busy[block] = true;
        Io io = new Io(++lastId, block, write, write ? ++lastVersion : 0);
        open.put(io.id, io);
        return io;
    }

    /**
     * It was called back.
     *
     * @return whether that was right
     */
    public boolean calledBack(Io io, int status) {
        if (io.abandoned) {
            return false;
        }
        if (++io.callbacks != 1) {
            verdict.broken(Rule.ONE_CALLBACK, io + " was called back " + io.callbacks + " times");
            return false;
        }
        if (status == 0) {
            done++;
        } else {
            failed++;
        }
        io.end(status != 0);
        if (io.write && status == 0) {
            written.add(io.id);
            acknowledged[io.block] = io.version;
            long there = disk.version(io.block);
            if (there != io.version && !uncertain.get(io.block).contains(there)) {
                verdict.broken(Rule.NO_LOST_WRITE, io + " was acknowledged, the block has version " + there);
            }
        }
        return true;
    }

    /** A read has brought the data; {@code is} says whether it is a version. */
    public void read(Io io, java.util.function.LongPredicate is) {
        int block = io.block;
        if (is.test(acknowledged[block])) {
            return;
        }
        for (long version : uncertain.get(block)) {
            if (is.test(version)) {
                return;
            }
        }
        verdict.broken(
                Rule.TRUE_READ,
                io + " must bring version " + acknowledged[block] + " or one of " + uncertain.get(block)
                        + "; the disk has " + disk.version(block));
    }

    /** The handler gets a write. */
    public void handedOver(long id) {
        if (written.contains(id)) {
            verdict.broken(Rule.NO_GHOST, "write " + id + " comes to the handler although it was called back");
        }
    }

    /** The server is about to write a version to its disk. */
    public void applying(int block, long version) {
        if (version < acknowledged[block] && !uncertain.get(block).contains(version)) {
            verdict.broken(
                    Rule.NO_STALE_WRITE,
                    "version " + version + " of block " + block + " is written although version " + acknowledged[block]
                            + " was acknowledged");
        }
    }

    /** Requests that were not called back yet. */
    public int open() {
        return open.size();
    }

    /** Requests that ended well. */
    public long done() {
        return done;
    }

    /** Requests that failed. */
    public long failed() {
        return failed;
    }

    /** What is open, for messages. */
    @Override
    public String toString() {
        return Arrays.toString(open.values().stream().limit(8).map(Io::toString).toArray());
    }
}
