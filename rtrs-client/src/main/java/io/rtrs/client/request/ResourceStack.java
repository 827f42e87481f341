package io.rtrs.client.request;

import io.rtrs.core.work.UserCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was made, to be unmade in reverse order. Closing goes on after a failure, which is logged: one thing that cannot be
 * freed must not keep the others.
 *
 * <p><b>Threading:</b> one thread.
 */
public final class ResourceStack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceStack.class);

    /** Frees one thing. */
    @FunctionalInterface
    public interface Release {
        /** Frees it. */
        void run() throws Exception;
    }

    private record Entry(String what, Release release) {}

    private final Deque<Entry> entries = new ArrayDeque<>();

    /** Remembers how to free something that was just made. */
    public void push(String what, Release release) {
        entries.push(new Entry(what, release));
    }

    /** Frees everything, the last first. */
    @Override
    public void close() {
        while (!entries.isEmpty()) {
            Entry entry = entries.pop();
            try {
                entry.release().run();
            } catch (Throwable e) {
                UserCode.failed(LOG, "freeing " + entry.what(), e);
            }
        }
    }
}
