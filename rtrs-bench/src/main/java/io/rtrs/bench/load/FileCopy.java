package io.rtrs.bench.load;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RequestCallback;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Copies a file's blocks to a server and back, many at a time, and digests what went and what came.
 *
 * <p><b>Threading:</b> one caller, which blocks; completions come on the session's loops and hand their slot back.
 */
public final class FileCopy {
    private final ClientSession session;
    private final int blockSize;
    private final int queueDepth;

    /** A copy with blocks of {@code blockSize} bytes, {@code queueDepth} in flight. */
    public FileCopy(ClientSession session, int blockSize, int queueDepth) throws IOException {
        if (blockSize < 1 || blockSize > session.maxIoSize()) {
            throw new IllegalArgumentException(
                    "block size " + blockSize + "; the session takes 1 to " + session.maxIoSize());
        }
        if (queueDepth < 1 || queueDepth > session.queueDepth()) {
            throw new IllegalArgumentException(
                    "queue depth " + queueDepth + "; the session takes 1 to " + session.queueDepth());
        }
        this.session = session;
        this.blockSize = blockSize;
        this.queueDepth = queueDepth;
    }

    /**
     * The outcome of one direction.
     *
     * @param report throughput and latencies
     * @param sha256 digest of the bytes in file order, hexadecimal
     */
    public record Outcome(LoadReport report, String sha256) {}

    /** Writes the file's bytes to the server's memory from offset 0 on. */
    public Outcome write(FileChannel file) throws IOException, InterruptedException {
        return copy(file, Direction.WRITE);
    }

    /** Reads the server's memory back and digests it; the file only says how long it is. */
    public Outcome read(FileChannel file) throws IOException, InterruptedException {
        return copy(file, Direction.READ);
    }

    private Outcome copy(FileChannel file, Direction direction) throws IOException, InterruptedException {
        long size = file.size();
        MessageDigest digest = sha256();
        Histogram latencyNs = new Histogram(60_000_000_000L, 3);
        long operations = 0;
        int issued = 0;
        long digestedAt = 0;
        long startNs = System.nanoTime();
        try (Arena arena = Arena.ofShared();
                RegisteredMemory memory = session.allocate((long) queueDepth * blockSize)) {
            Slot[] ring = new Slot[queueDepth];
            for (int i = 0; i < queueDepth; i++) {
                MemorySegment block = memory.segment().asSlice((long) i * blockSize, blockSize);
                ring[i] = new Slot(session.getPermit(ConnectionType.IO), block.asByteBuffer(), arena);
            }
            try {
                for (long at = 0; at < size || digestedAt < size; ) {
                    Slot slot = ring[issued % queueDepth];
                    if (slot.length > 0) {
                        operations++;
                        digestedAt += finish(slot, direction, digest, latencyNs);
                    }
                    if (at < size) {
                        int length = (int) Math.min(blockSize, size - at);
                        issue(
                                slot,
                                file,
                                direction,
                                memory,
                                (long) (issued % queueDepth) * blockSize,
                                at,
                                length,
                                digest);
                        at += length;
                    }
                    issued = (issued + 1) % queueDepth;
                }
            } finally {
                for (Slot slot : ring) {
                    slot.settle();
                    session.putPermit(slot.permit);
                }
            }
        }
        long elapsedNs = System.nanoTime() - startNs;
        return new Outcome(
                new LoadReport(operations, 0, size, elapsedNs, latencyNs),
                HexFormat.of().formatHex(digest.digest()));
    }

    private void issue(
            Slot slot,
            FileChannel file,
            Direction direction,
            RegisteredMemory memory,
            long memoryAt,
            long fileAt,
            int length,
            MessageDigest digest)
            throws IOException {
        boolean write = direction == Direction.WRITE;
        if (write) {
            slot.block.clear().limit(length);
            while (slot.block.hasRemaining()) {
                if (file.read(slot.block, fileAt + slot.block.position()) < 0) {
                    throw new IOException("the file became shorter at " + fileAt);
                }
            }
            digest.update(slot.block.flip());
        }
        BlockHeader.encode(slot.header, write ? BlockHeader.WRITE : BlockHeader.READ, length, fileAt);
        slot.issuedNs = System.nanoTime();
        int status = session.request(direction, slot.permit, slot, slot.header, memory, memoryAt, length);
        if (status != 0) {
            throw new IOException(direction + " of " + length + " bytes at " + fileAt + ": errno " + -status);
        }
        slot.length = length;
        slot.fileAt = fileAt;
    }

    /** Waits for a slot's request; bytes that it moved. */
    private static int finish(Slot slot, Direction direction, MessageDigest digest, Histogram latencyNs)
            throws IOException, InterruptedException {
        int status = slot.done.take();
        int length = slot.length;
        slot.length = 0;
        if (status != 0) {
            throw new IOException(direction + " of " + length + " bytes at " + slot.fileAt + ": errno " + -status);
        }
        latencyNs.recordValue(slot.completedNs - slot.issuedNs);
        if (direction == Direction.READ) {
            digest.update(slot.block.clear().limit(length));
        }
        return length;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** One block in flight. */
    private static final class Slot implements RequestCallback {
        final Permit permit;
        final ByteBuffer block;
        final MemorySegment header;
        final BlockingQueue<Integer> done = new ArrayBlockingQueue<>(1);
        int length;
        long fileAt;
        long issuedNs;
        volatile long completedNs;

        Slot(Permit permit, ByteBuffer block, Arena arena) {
            this.permit = permit;
            this.block = block;
            this.header = arena.allocate(BlockHeader.BYTES, 8);
        }

        @Override
        public void onComplete(Permit completed, int status) {
            completedNs = System.nanoTime();
            done.add(status);
        }

        /** Waits for a request that is still in flight, whatever becomes of it. */
        void settle() throws InterruptedException {
            if (length > 0) {
                done.take();
                length = 0;
            }
        }
    }
}
