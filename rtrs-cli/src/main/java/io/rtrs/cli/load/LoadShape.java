package io.rtrs.cli.load;

/**
 * Which blocks a load works on, and how many requests at once.
 *
 * <p>The span is divided among the jobs, and a job's blocks among its requests in flight: so each block belongs to one
 * request at a time, and what was written last to it is known.
 *
 * @param span bytes of the server's memory, from its start; the last block may be shorter
 * @param blockSize bytes per request
 * @param queueDepth requests in flight per job
 * @param jobs independent streams of requests
 */
public record LoadShape(long span, int blockSize, int queueDepth, int jobs) {

    /** Checks the bounds. */
    public LoadShape {
        if (span < 0 || blockSize < 1 || queueDepth < 1 || jobs < 1) {
            throw new IllegalArgumentException(
                    "span " + span + ", block size " + blockSize + ", queue depth " + queueDepth + ", jobs " + jobs);
        }
    }

    /** All blocks. */
    public long blocks() {
        return span / blockSize + (span % blockSize == 0 ? 0 : 1);
    }

    /** Requests in flight, at most. */
    public int slots() {
        return Math.multiplyExact(queueDepth, jobs);
    }

    /** The first block of a slot; the others follow at distances of {@link #queueDepth}. */
    long firstBlock(int slot) {
        return jobStart(slot / queueDepth) + slot % queueDepth;
    }

    /** How many blocks a slot has. */
    int blocksOf(int slot) {
        long left = jobStart(slot / queueDepth + 1) - firstBlock(slot);
        return left <= 0 ? 0 : Math.toIntExact((left - 1) / queueDepth + 1);
    }

    private long jobStart(int job) {
        return blocks() / jobs * job + Math.min(job, blocks() % jobs);
    }
}
