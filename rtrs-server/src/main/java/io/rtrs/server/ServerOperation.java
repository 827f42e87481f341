package io.rtrs.server;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.verbs.BulkCopy;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * One request of a client, in its chunk (spec/rtrs.md 7.1, 7.5).
 *
 * <p>Operations are pooled, one per chunk of a path: when a request is answered, the object serves the chunk's next one. So
 * the answer names the request by its handle, a number that the handler was given with it and that is never given again: a
 * second answer, or a late one, is refused, and cannot be taken for the answer to another request; so is an answer with the
 * handle of another chunk's request. All that is returned
 * here was copied and checked when the request arrived; after the answer it may be the next request's.
 *
 * <p><b>Threading:</b> one thread at a time; any thread may respond. <b>Allocation:</b> no method allocates.
 */
public interface ServerOperation {

    /** The session that the request belongs to. */
    ServerSession session();

    /** Which way the data goes. */
    Direction direction();

    /** The chunk's index, which also identifies the request on its path. */
    int bufferId();

    /**
     * The whole chunk, the same object each time: the data from its start, the user header at {@link #userHeaderOffset()}.
     * With {@code alwaysInvalidate} the client cannot touch it until the response; without, it can.
     */
    MemorySegment chunk();

    /**
     * Bytes of data at the start of the chunk: what arrived for a WRITE, the room for the result of a READ.
     */
    int dataLength();

    /** Bytes that a READ wants, which an answer OK transmits; 0 for a WRITE or a READ without descriptor. */
    int wantedLength();

    /** Where the user header starts in the chunk. */
    int userHeaderOffset();

    /** Length of the user header. */
    int userHeaderLength();

    /**
     * Answers the request and gives the operation and its chunk back. If the path is gone nothing is sent, but the call is
     * still needed: closing the path waits for it.
     *
     * @param handle what the handler was given with the request
     * @param status OK, or what the client is told instead
     * @throws IllegalStateException if that request was answered already, or abandoned by an operator; no request is
     *     answered
     */
    void respond(long handle, Status status);

    /**
     * Answers a READ with status OK and {@link #wantedLength} bytes that lie elsewhere than in its chunk, in memory that the
     * server was given by {@link RtrsServer.Builder#answerFrom}: they are sent from there without being copied. Otherwise as
     * {@link #respond(long, Status)}.
     *
     * <p>The adapter reads the bytes after this call has returned, and again if packets are lost, until the client has its
     * answer. What is written there meanwhile may reach the client or not, as with a request that runs beside this one.
     * Nothing tells when that is over: the memory must be the data's own place, not a buffer that other data uses next.
     *
     * @param handle what the handler was given with the request
     * @param memory a segment in such memory, or the whole
     * @param offset where in it the bytes begin
     * @throws IllegalArgumentException if the request is a WRITE, or the server was not given that memory; the operation is
     *     not answered
     * @throws IndexOutOfBoundsException if the bytes are not all in the segment; the operation is not answered
     * @throws IllegalStateException if that request was answered already, or abandoned by an operator; or if the memory was
     *     freed
     */
    void respond(long handle, MemorySegment memory, long offset);

    /**
     * Copies the data of a WRITE, all of {@link #dataLength}, out of the chunk: as {@link MemorySegment#copy} does, and faster
     * for large blocks ({@link BulkCopy}).
     *
     * @param offset where in the memory the data goes
     * @throws IndexOutOfBoundsException if it does not fit there
     * @throws IllegalStateException if the request is a READ, which brought none
     */
    default void copyTo(MemorySegment memory, long offset) {
        if (direction() != Direction.WRITE) {
            throw new IllegalStateException("a READ brought no data");
        }
        BulkCopy.copy(chunk(), 0, memory, offset, dataLength());
    }

    /**
     * Copies the {@link #wantedLength} bytes that a READ wants into the chunk, for {@link #respond(long, Status)} to send.
     *
     * @param offset where in the memory they begin
     * @throws IndexOutOfBoundsException if they are not all there
     * @throws IllegalStateException if the request is a WRITE, which wants none
     */
    default void copyFrom(MemorySegment memory, long offset) {
        if (direction() != Direction.READ) {
            throw new IllegalStateException("a WRITE wants no data");
        }
        BulkCopy.copy(memory, offset, chunk(), 0, wantedLength());
    }

    /** What {@link #attach} was given last for this chunk; survives the response. */
    @Nullable
    Object attachment();

    /** Keeps an object with this chunk's operation. */
    void attach(@Nullable Object attachment);
}
