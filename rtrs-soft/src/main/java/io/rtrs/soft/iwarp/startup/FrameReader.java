package io.rtrs.soft.iwarp.startup;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Takes one startup frame from a stream, in pieces of any size: the header, then exactly the private data that it announces
 * (spec/iwarp.md 4, 7 and 9). What follows the frame stays in the socket.
 *
 * <p><b>Ownership:</b> the memory that it is given is read into until the frame is there, and not used after that.
 */
final class FrameReader {
    private final StartupFrame.Kind kind;
    private final MemorySegment room;
    private int count;
    private int size = StartupFrame.HEADER;
    private boolean malformed;
    private @Nullable StartupFrame frame;

    /** Reads a frame of this kind; into room for {@link StartupFrame#MOST_BYTES}. */
    FrameReader(StartupFrame.Kind kind, MemorySegment room) {
        if (room.byteSize() < StartupFrame.MOST_BYTES) {
            throw new IllegalArgumentException(room.byteSize() + " bytes; a frame may have " + StartupFrame.MOST_BYTES);
        }
        this.kind = kind;
        this.room = room;
    }

    /** Where the next bytes go. */
    MemorySegment room() {
        return room;
    }

    /** Where in it. */
    int at() {
        return count;
    }

    /** The most that may be read now; 0: no more. */
    int wanted() {
        return malformed ? 0 : size - count;
    }

    /** Bytes have been read to where they were wanted. */
    void arrived(int bytes) {
        if (bytes < 0 || bytes > wanted()) {
            throw new IllegalArgumentException(bytes + " bytes arrived, " + wanted() + " were wanted");
        }
        count += bytes;
        byte[] now = room.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
        if (!kind.begins(now, count)) {
            malformed = true;
        } else if (count == StartupFrame.HEADER && size == count) {
            int announced = StartupFrame.announced(now);
            malformed = announced > StartupFrame.MOST_DATA;
            size += malformed ? 0 : announced;
        }
        if (!malformed && count == size) {
            frame = StartupFrame.decode(kind, now);
            malformed = frame == null;
        }
    }

    /** Whether it is no startup frame of the kind, which is noticed at the first byte that differs. */
    boolean isMalformed() {
        return malformed;
    }

    /** The frame; null until it is there. */
    @Nullable
    StartupFrame frame() {
        return frame;
    }
}
