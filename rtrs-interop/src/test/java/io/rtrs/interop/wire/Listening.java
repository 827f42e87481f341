package io.rtrs.interop.wire;

import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The passive side of an end: one listener at a time, and what it hears. */
final class Listening implements AutoCloseable {
    private record Open(Events events, RdmaCmId listener, InetAddress address) {}

    private final VerbsProvider provider;
    private @Nullable Open open;

    Listening(VerbsProvider provider) {
        this.provider = provider;
    }

    /** Begins, in the place of what a run that failed may have left. */
    void on(InetSocketAddress address) throws IOException {
        close();
        Events events = new Events(provider);
        try {
            open = new Open(events, events.listen(address), address.getAddress());
        } catch (IOException e) {
            events.close();
            throw e;
        }
    }

    Events events() {
        return open().events;
    }

    InetAddress address() {
        return open().address;
    }

    private Open open() {
        if (open == null) {
            throw new IllegalStateException("not listening");
        }
        return open;
    }

    /** Ends, if it ever began. */
    @Override
    public void close() throws IOException {
        Open ended = open;
        open = null;
        if (ended != null) {
            ended.events.cm.destroyCmId(ended.listener);
            ended.events.close();
        }
    }
}
