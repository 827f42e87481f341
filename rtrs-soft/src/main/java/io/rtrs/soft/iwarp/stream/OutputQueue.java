package io.rtrs.soft.iwarp.stream;

import io.rtrs.soft.iwarp.wire.Fpdu;
import io.rtrs.soft.iwarp.wire.FpduCrc;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.queue.SgeCursor;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * FPDUs that are made and that the socket has not taken: pieces of a buffer of ours, with headers, trailers and small
 * payload, and pieces of registered memory, which is lent to the call that writes (spec/iwarp.md 22.2).
 *
 * <p>An FPDU is made between {@link #begin} and {@link #commit}, or {@link #rollback}. Positions count the bytes of the
 * stream, and never wrap. The buffer is filled from its start again when the socket has taken all. The memory that is lent
 * is looked up again for each call.
 *
 * <p><b>Allocation:</b> none, but for {@link #cut}, which ends the connection.
 */
final class OutputQueue {
    /** {@link #gather}: done. */
    static final int GATHERED = 0;

    /** {@link #gather}: the buffer is full until the socket has taken more. */
    static final int NO_ROOM = 1;

    /** {@link #gather}: a key or range is wrong. */
    static final int BAD_MEMORY = 2;

    /** So many bytes are made for one call. */
    private static final int BATCH = 256 << 10;

    /** Shorter pieces are copied: that costs less than another piece. */
    private static final int LEAST_LENT = 2048;

    /** Two of the longest FPDUs with their payload fit nearly, one surely. */
    private static final int BUFFER = 128 << 10;

    private static final int PIECES = 512;
    private static final int PIECES_OF_AN_FPDU = 40;
    private static final int FPDUS = 2048;

    private final Domain domain;
    private MemorySegment buffer = Arena.ofAuto().allocate(BUFFER, 64);
    private int filled;
    private final @Nullable FpduCrc crc;

    // Pieces, oldest first; a region where one is lent, and whether it is of an answer.
    private final MemorySegment[] memory = new MemorySegment[PIECES];
    private final @Nullable Region[] region = new Region[PIECES];
    private final boolean[] answer = new boolean[PIECES];
    private final long[] offset = new long[PIECES];
    private final long[] length = new long[PIECES];
    private int first;
    private int count;

    // Where FPDUs end, oldest first.
    private final long[] ends = new long[FPDUS];
    private int firstEnd;
    private int endCount;

    private long sent;
    private long made;

    /** The end of the last FPDU that the socket has taken whole. */
    private long boundary;

    /** Whether the piece that was found to be gone is of an answer. */
    private boolean answerGone;

    // The FPDU that is being made: what is to be restored if it is given up.
    private int markFilled;
    private int markCount;
    private long markLength;
    private long markMade;

    OutputQueue(Domain domain, boolean withCrc) {
        this.domain = domain;
        crc = withCrc ? new FpduCrc(buffer) : null;
    }

    /** Bytes of the stream that the socket has taken. */
    long sent() {
        return sent;
    }

    /** Bytes of the stream that are made. */
    long made() {
        return made;
    }

    boolean isEmpty() {
        return made == sent;
    }

    /** Where headers are written, at {@link #at}. */
    MemorySegment buffer() {
        return buffer;
    }

    /** Where the next bytes of the buffer belong. */
    int at() {
        return filled;
    }

    /** An FPDU begins, which needs so many bytes of the buffer beside its payload; false if there is no room now. */
    boolean begin(int bytes) {
        if (filled + bytes > BUFFER
                || made - sent >= BATCH
                || count > PIECES - PIECES_OF_AN_FPDU
                || endCount == FPDUS) {
            return false;
        }
        markFilled = filled;
        markCount = count;
        markLength = count == 0 ? 0 : length[index(count - 1)];
        markMade = made;
        return true;
    }

    /** The next bytes of the buffer are written. */
    void own(int bytes) {
        int last = index(count - 1);
        if (count > 0 && region[last] == null && offset[last] + length[last] == filled) {
            length[last] += bytes;
        } else {
            add(buffer, null, filled, bytes, false);
        }
        filled += bytes;
        made += bytes;
    }

    /** Takes the next bytes of a work request: lends them, or copies them. */
    int gather(SgeCursor cursor, int bytes) {
        if (cursor.isInline()) {
            return copy(cursor, bytes);
        }
        int left = bytes;
        while (left > 0) {
            int part = (int) cursor.part(left);
            if (part < 0) {
                return BAD_MEMORY;
            }
            if (part > 0) {
                if (!cursor.find(part, 0)) {
                    return BAD_MEMORY;
                }
                int result = put(cursor.region(), cursor.address(), part, false);
                if (result != GATHERED) {
                    return result;
                }
            }
            cursor.advance(part);
            left -= part;
        }
        return GATHERED;
    }

    private int copy(SgeCursor cursor, int bytes) {
        if (!hasRoomFor(bytes)) {
            return NO_ROOM;
        }
        if (bytes > 0 && !cursor.gather(buffer, filled, bytes)) {
            return BAD_MEMORY;
        }
        own(bytes);
        return GATHERED;
    }

    /** Whether payload is never lent: its checksum is made in the buffer. */
    boolean copiesAll() {
        return crc != null;
    }

    /** Lends or copies a range of a region, which the caller has checked. */
    int put(Region from, long address, int bytes, boolean ofAnswer) {
        if (bytes >= LEAST_LENT && crc == null && from.isLendable() && count < PIECES - 2) {
            add(from.memory, from, address - from.base, bytes, ofAnswer);
            made += bytes;
            return GATHERED;
        }
        if (!hasRoomFor(bytes)) {
            return NO_ROOM;
        }
        if (!from.read(address, buffer, filled, bytes)) {
            return BAD_MEMORY;
        }
        own(bytes);
        return GATHERED;
    }

    /** Whether so many bytes of payload can be copied. */
    boolean hasRoomFor(int bytes) {
        return filled + bytes + Fpdu.MAX_TRAILER <= BUFFER;
    }

    private void add(MemorySegment in, @Nullable Region from, long at, long bytes, boolean ofAnswer) {
        int last = index(count++);
        memory[last] = in;
        region[last] = from;
        offset[last] = at;
        length[last] = bytes;
        answer[last] = ofAnswer;
    }

    /** The payload is there: the trailer follows, and the FPDU may be sent. */
    void commit(int ulpdu) {
        Fpdu.putTrailer(buffer, filled, ulpdu);
        own(Fpdu.trailer(ulpdu));
        FpduCrc seal = crc;
        if (seal != null) {
            seal.seal(markFilled);
        }
        ends[(firstEnd + endCount++) % FPDUS] = made;
    }

    /** Gives up the FPDU that was begun. */
    void rollback() {
        filled = markFilled;
        made = markMade;
        while (count > markCount) {
            forget(index(--count));
        }
        if (count > 0) {
            length[index(count - 1)] = markLength;
        }
    }

    private void forget(int index) {
        memory[index] = MemorySegment.NULL;
        region[index] = null;
    }

    private int index(int number) {
        return (first + number) & (PIECES - 1);
    }

    /** Fills in what is to be written next; false if memory that was lent is gone. */
    boolean list(Pieces pieces) {
        for (int i = 0; i < count && !pieces.isFull(); i++) {
            int at = index(i);
            Region lent = region[at];
            if (lent != null && !isThere(lent)) {
                answerGone = answer[at];
                return false;
            }
            pieces.add(memory[at], offset[at], length[at]);
        }
        return true;
    }

    private boolean isThere(Region lent) {
        return domain.keys.region(lent.fixedKey) == lent && lent.isLendable();
    }

    /** Whether it was an answer that {@link #list} missed memory of. */
    boolean isAnswerGone() {
        return answerGone;
    }

    /** Whether the oldest piece of memory that is lent is of an answer. */
    boolean isAnswerNext() {
        for (int i = 0; i < count; i++) {
            if (region[index(i)] != null) {
                return answer[index(i)];
            }
        }
        return false;
    }

    /** The socket has taken bytes. */
    void sent(long bytes) {
        sent += bytes;
        long left = bytes;
        while (left > 0) {
            int at = first;
            long part = Math.min(left, length[at]);
            offset[at] += part;
            length[at] -= part;
            left -= part;
            if (length[at] == 0) {
                forget(at);
                first = (first + 1) & (PIECES - 1);
                count--;
            }
        }
        while (endCount > 0 && ends[firstEnd] <= sent) {
            boundary = ends[firstEnd];
            firstEnd = (firstEnd + 1) % FPDUS;
            endCount--;
        }
        if (count == 0) {
            filled = 0;
        }
    }

    /** Whether the socket has taken a part of an FPDU. */
    boolean isMidFpdu() {
        return sent != boundary;
    }

    /**
     * Drops all behind the FPDU under way, and keeps the rest of that in memory of its own: nothing is lent any more.
     *
     * @param room bytes that may be written behind it, at {@link #at}
     * @return false if that rest is gone, and nothing more can be sent
     */
    boolean cut(int room) {
        int rest = isMidFpdu() ? (int) (ends[firstEnd] - sent) : 0;
        MemorySegment last = Arena.ofAuto().allocate(Math.max(1L, (long) rest + room));
        int kept = 0;
        for (int i = 0; i < count && kept < rest; i++) {
            int at = index(i);
            int part = (int) Math.min(rest - kept, length[at]);
            Region lent = region[at];
            boolean copied = lent == null || (isThere(lent) && lent.read(lent.base + offset[at], last, kept, part));
            if (!copied) {
                clear();
                return false;
            }
            if (lent == null) {
                MemorySegment.copy(memory[at], offset[at], last, kept, part);
            }
            kept += part;
        }
        clear();
        buffer = last;
        if (rest > 0) {
            own(rest);
        }
        return true;
    }

    /** Writes a last FPDU behind {@link #cut}. */
    void last(int bytes) {
        own(bytes);
    }

    /** Nothing more is sent. */
    void clear() {
        while (count > 0) {
            forget(index(--count));
        }
        first = 0;
        filled = 0;
        endCount = 0;
        made = sent;
        boundary = sent;
    }
}
