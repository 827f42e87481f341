package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.cm.ConnectionManager;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;

/**
 * What the other endpoints of an address have to tell the connection manager of the first.
 *
 * <p><b>Threading:</b> any. <b>Allocation:</b> in {@link #leave} alone; it is for what happens once in a connection.
 */
final class ManagerMail {
    /** More are lost: a connect that is established by its first request also hears the RTU; reports are hints. */
    static final int CAPACITY = 1024;

    /** Something to tell. */
    @FunctionalInterface
    interface Message {
        void deliver(ConnectionManager manager, long nowNs);
    }

    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    private volatile boolean any;

    /** Leaves a message; whether there was room. */
    synchronized boolean leave(Message message) {
        if (waiting.size() == CAPACITY) {
            return false;
        }
        waiting.addLast(message);
        any = true;
        return true;
    }

    boolean isEmpty() {
        return !any;
    }

    /** Takes the oldest. */
    synchronized @Nullable Message take() {
        Message oldest = waiting.pollFirst();
        any = !waiting.isEmpty();
        return oldest;
    }
}
