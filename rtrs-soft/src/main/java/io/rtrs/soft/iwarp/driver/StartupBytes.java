package io.rtrs.soft.iwarp.driver;

import io.rtrs.soft.iwarp.cm.Connection;
import io.rtrs.soft.iwarp.driver.tcp.TcpSocket;
import io.rtrs.soft.iwarp.startup.Startup;
import io.rtrs.soft.iwarp.startup.StartupFrame;
import io.rtrs.soft.iwarp.stream.Pieces;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The bytes of a connection that are not its stream's: startup frames, and what comes behind the end, which is thrown away.
 *
 * <p><b>Threading:</b> who holds the connection's lock.
 */
final class StartupBytes {
    /** What may be thrown away: a peer that sends more is closed, whatever it thinks of that. */
    private static final long MOST_DISCARDED = 1 << 20;

    private static final int CALLS = 16;

    private final TcpSocket socket;
    private final Pieces piece = new Pieces(1);
    private final MemorySegment room = Arena.ofAuto().allocate(StartupFrame.MOST_BYTES);
    private MemorySegment out = MemorySegment.NULL;
    private long written;
    private long discarded;

    StartupBytes(TcpSocket socket) {
        this.socket = socket;
    }

    /** Memory for a frame that is read. */
    MemorySegment room() {
        return room;
    }

    /** Sends bytes, now or when there is room. */
    void send(byte[] bytes) {
        MemorySegment more = Arena.ofAuto().allocate(out.byteSize() - written + bytes.length);
        MemorySegment.copy(out, written, more, 0, out.byteSize() - written);
        MemorySegment.copy(bytes, 0, more, ValueLayout.JAVA_BYTE, out.byteSize() - written, bytes.length);
        out = more;
        written = 0;
        write();
    }

    /** Sends what is left. */
    void write() {
        while (!isWritten()) {
            piece.clear();
            piece.add(out, written, out.byteSize() - written);
            long count = socket.write(piece, true);
            if (count == TcpSocket.BROKEN) {
                written = out.byteSize(); // reading tells that it is over
            }
            if (count <= 0) {
                return;
            }
            written += count;
        }
    }

    /** Whether nothing is left to be sent. */
    boolean isWritten() {
        return written == out.byteSize();
    }

    /** Reads for the startup, and no further than it wants; without one what comes is thrown away. */
    StreamFlow.Outcome read(Connection cm, long nowNs) {
        for (int i = 0; i < CALLS; i++) {
            Startup startup = cm.startup();
            Startup wanting = startup != null && startup.wanted() > 0 ? startup : null;
            if (wanting == null && cm.state() != io.rtrs.soft.iwarp.cm.ConnectionState.CLOSING) {
                return StreamFlow.Outcome.OPEN;
            }
            piece.clear();
            if (wanting != null) {
                piece.add(wanting.room(), wanting.at(), wanting.wanted());
            } else {
                piece.add(room, 0, room.byteSize());
            }
            long count = socket.read(piece, true);
            if (count == 0) {
                return StreamFlow.Outcome.OPEN;
            }
            if (count < 0) {
                return socket.broken() == 0 ? StreamFlow.Outcome.ENDED : StreamFlow.Outcome.BROKEN;
            }
            if (wanting != null) {
                cm.startupArrived((int) count, nowNs);
            } else {
                discarded += count;
                if (discarded > MOST_DISCARDED) {
                    return StreamFlow.Outcome.BROKEN;
                }
            }
        }
        return StreamFlow.Outcome.OPEN;
    }
}
