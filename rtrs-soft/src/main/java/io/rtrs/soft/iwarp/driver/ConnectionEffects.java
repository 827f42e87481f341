package io.rtrs.soft.iwarp.driver;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import io.rtrs.soft.connection.Event;
import io.rtrs.soft.iwarp.cm.ConnectionPort;
import io.rtrs.soft.iwarp.startup.Agreement;
import io.rtrs.soft.iwarp.startup.Responder;
import io.rtrs.verbs.ConnParam;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Objects;

/** What a connection does: to its socket by marks that its drive obeys, to its consumer by events. <b>Threading:</b> who holds the connection's lock. */
final class ConnectionEffects implements ConnectionPort {
    private static final byte[] NO_DATA = {};

    private final Registry registry;
    private final StreamDrive drive;
    private final @Nullable Listening listening;

    /** Who hears of it. */
    @Nullable
    IwarpId id;

    /** Where a connect goes. */
    @Nullable
    InetSocketAddress destination;

    /** FIN is to be sent. */
    boolean shuts;

    /** The socket is to be closed. */
    boolean closes;

    /** Its listener has gone before it could tell anybody. */
    boolean isOrphan;

    private boolean asked;
    private boolean undecided;

    ConnectionEffects(Registry registry, StreamDrive drive, @Nullable Listening listening) {
        this.registry = registry;
        this.drive = drive;
        this.listening = listening;
    }

    @Override
    public void open() {
        drive.open(Objects.requireNonNull(destination));
    }

    @Override
    public void send(byte[] bytes) {
        drive.startup().send(bytes);
    }

    @Override
    public void startStream(Agreement agreement, boolean initiator) {
        decided();
        drive.startStream(agreement, initiator);
    }

    @Override
    public void failStream() {
        drive.failMachine();
    }

    @Override
    public void shut() {
        decided();
        shuts = true;
    }

    @Override
    public void close() {
        decided();
        closes = true;
        if (listening != null && !asked) {
            registry.spoken(drive);
            drive.counters().add(StreamCounter.STRANGERS, 1);
        }
    }

    @Override
    public void onRequest(Responder request) {
        registry.spoken(drive);
        asked = true;
        Listening by = Objects.requireNonNull(listening);
        drive.counters().add(StreamCounter.ASKED, 1);
        undecided = true;
        by.undecided(1);
        try {
            ConnParam offer = new ConnParam().reads(request.offeredReads(), request.wantedReads());
            isOrphan = !by.tell(drive, request.data(), offer);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // DiSNI's constructors declare it and never throw it
        }
    }

    private void decided() {
        if (undecided) {
            undecided = false;
            Objects.requireNonNull(listening).undecided(-1);
        }
    }

    @Override
    public void onEstablished(Agreement agreement, byte[] data) {
        tell(EventType.RDMA_CM_EVENT_ESTABLISHED, 0, data, agreement);
    }

    @Override
    public void onRejected(int status, byte[] data) {
        tell(EventType.RDMA_CM_EVENT_REJECTED, status, data, null);
    }

    @Override
    public void onUnreachable(int status) {
        tell(EventType.RDMA_CM_EVENT_UNREACHABLE, status, NO_DATA, null);
    }

    @Override
    public void onConnectError(int status) {
        tell(EventType.RDMA_CM_EVENT_CONNECT_ERROR, status, NO_DATA, null);
    }

    @Override
    public void onDisconnected() {
        tell(EventType.RDMA_CM_EVENT_DISCONNECTED, 0, NO_DATA, null);
    }

    /** As the kernel's manager tells it: the depths change places (spec/iwarp.md 16.3). */
    private void tell(EventType type, int status, byte[] data, @Nullable Agreement agreement) {
        IwarpId its = id;
        if (its == null) {
            return;
        }
        try {
            Event event = new Event(type, status, null, its, data);
            its.channel.add(
                    agreement == null ? event : event.offered(new ConnParam().reads(agreement.ird(), agreement.ord())));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // DiSNI's constructors declare it and never throw it
        }
    }
}
