package io.rtrs.core.connection;

import io.rtrs.core.error.Errno;
import io.rtrs.core.imm.Immediates;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Acknowledges the peer's heartbeats on con 0, whatever connection they came on (spec/rtrs.md 12). What finds no room
 * in the send queue is sent as soon as there is some; several that wait are one.
 *
 * <p><b>Threading:</b> any thread. <b>Allocation:</b> none.
 */
public final class HeartbeatAnswer {
    private final Connection service;
    private final AtomicBoolean owed = new AtomicBoolean();

    /**
     * Makes it, owing nothing.
     *
     * @param service con 0
     */
    public HeartbeatAnswer(Connection service) {
        this.service = service;
    }

    /**
     * A heartbeat came: posts the answer, or has {@link #onRoom} do it; 0 or an errno with which the path has to end.
     */
    public int post() {
        int errno = service.postImmediate(Immediates.HB_ACK);
        while (errno == Errno.EAGAIN) {
            owed.set(true);
            // All credits may have come back before that could be seen: then nobody else will look.
            if (service.credits().available() == 0 || !takeOwed()) {
                return 0;
            }
            errno = service.postImmediate(Immediates.HB_ACK);
        }
        return errno;
    }

    /** Sends of con 0 have completed: posts what is owed; 0 or an errno, as {@link #post}. */
    public int onRoom() {
        return owed.get() && takeOwed() ? post() : 0;
    }

    private boolean takeOwed() {
        return owed.compareAndSet(true, false);
    }
}
