package io.rtrs.soft.iwarp.driver;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import io.rtrs.soft.connection.Event;
import io.rtrs.soft.connection.IdState;
import io.rtrs.soft.iwarp.driver.tcp.TcpSocket;
import io.rtrs.soft.iwarp.startup.Responder;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.VerbsException;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A listening socket: takes TCP connections as long as its consumer keeps up with the requests that come by them. Those that
 * it does not take wait in the kernel's line.
 *
 * <p><b>Threading:</b> {@link #accept} by the daemon, all else by any.
 */
final class Listening {
    /** Connections taken at once; then others are served. */
    private static final int AT_ONCE = 64;

    private final Registry registry;
    private final TcpSocket socket;
    private final IwarpId id;
    private final int backlog;
    private final AtomicInteger undecided = new AtomicInteger();
    private volatile boolean paused;
    private volatile boolean closed;

    Listening(Registry registry, TcpSocket socket, IwarpId id, int backlog) {
        this.registry = registry;
        this.socket = socket;
        this.id = id;
        this.backlog = Math.max(1, backlog);
    }

    TcpSocket socket() {
        return socket;
    }

    boolean isClosed() {
        return closed;
    }

    /** Takes what is in line; whether the daemon is to wait for more. */
    boolean accept() throws VerbsException {
        for (int i = 0; i < AT_ONCE && !closed; i++) {
            if (undecided.get() >= backlog) {
                paused = true;
                return undecided.get() < backlog; // somebody decided meanwhile
            }
            TcpSocket made = socket.accept();
            if (made == null) {
                return true;
            }
            take(made);
        }
        return !closed;
    }

    private void take(TcpSocket made) {
        StreamDrive drive = new StreamDrive(registry, made, this);
        registry.add(drive);
        registry.silent(drive, made.remote().getAddress());
        Responder responder =
                new Responder(registry.offer(), drive.startup().room(), System.nanoTime() + Responder.PATIENCE_NS);
        drive.accepted(responder);
        registry.daemon.add(drive);
        drive.drive(StreamDrive.READ);
    }

    /** More requests wait for the consumer, or fewer. */
    void undecided(int change) {
        int now = undecided.addAndGet(change);
        if (paused && now < backlog) {
            paused = false;
            registry.daemon.again(this);
        }
    }

    /** Tells the consumer of a request; false if the listener goes at this moment. */
    boolean tell(StreamDrive drive, byte[] data, ConnParam offer) throws IOException {
        synchronized (id) {
            if (closed) {
                return false;
            }
            IwarpId made = new IwarpId(id.channel, id.getPs());
            made.device(registry.device());
            made.state = IdState.CONNECTION;
            made.source = drive.local();
            made.destination = drive.socket().remote();
            made.drive = drive;
            drive.tell(made);
            registry.live.ids.incrementAndGet();
            id.channel.add(new Event(EventType.RDMA_CM_EVENT_CONNECT_REQUEST, 0, id, made, data).offered(offer));
            return true;
        }
    }

    /** Takes none any more. */
    void close() {
        synchronized (id) {
            closed = true;
        }
        registry.daemon.remove(this);
    }
}
