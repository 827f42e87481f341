package io.rtrs.soft.iwarp.startup;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * What both sides of a startup have in common: a frame to read, and until when.
 *
 * <p>Order of use: while {@link #wanted()} is not 0, at most so many bytes are read to {@link #room()} from {@link #at()} on,
 * and {@link #arrived} is told. {@link #onEnd}, {@link #onReset} and {@link #onTime} end a startup that is under way, and
 * do nothing to one that is over.
 *
 * <p><b>Threading:</b> one at a time.
 */
public abstract sealed class Startup permits Initiator, Responder {
    private final FrameReader reader;
    private final long deadlineNs;
    private @Nullable StartupFailure failure;

    Startup(StartupFrame.Kind kind, MemorySegment room, long deadlineNs) {
        this.reader = new FrameReader(kind, room);
        this.deadlineNs = deadlineNs;
    }

    /** Where the next bytes go; all of it is the startup's until {@link #wanted} is 0. */
    public final MemorySegment room() {
        return reader.room();
    }

    /** Where in it. */
    public final int at() {
        return reader.at();
    }

    /** The most bytes that may be read now; 0: none, they are the stream's, or nobody's. */
    public final int wanted() {
        return failure != null ? 0 : reader.wanted();
    }

    /** Bytes were read to where they were wanted. */
    public final void arrived(int bytes) {
        reader.arrived(bytes);
        StartupFrame frame = reader.frame();
        if (reader.isMalformed()) {
            fail(StartupFailure.MALFORMED);
        } else if (frame != null) {
            onFrame(frame);
        }
    }

    /** The whole frame is there. */
    abstract void onFrame(StartupFrame frame);

    /** The peer closed its direction. */
    public final void onEnd() {
        failWhileOpen(StartupFailure.ENDED);
    }

    /** The connection broke. */
    public final void onReset() {
        failWhileOpen(StartupFailure.RESET);
    }

    /** It is this late. */
    public final void onTime(long nowNs) {
        if (nowNs - deadlineNs >= 0) {
            failWhileOpen(StartupFailure.TIMEOUT);
        }
    }

    private void failWhileOpen(StartupFailure why) {
        if (wanted() != 0) {
            fail(why);
        }
    }

    final void fail(StartupFailure why) {
        failure = why;
    }

    /** When {@link #onTime} ends it, if the frame is not there. */
    public final long deadlineNs() {
        return deadlineNs;
    }

    /** Why it ended without a connection; null while it has not. */
    public final @Nullable StartupFailure failure() {
        return failure;
    }
}
