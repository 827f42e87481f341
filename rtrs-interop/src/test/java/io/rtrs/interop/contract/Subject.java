package io.rtrs.interop.contract;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.interop.handles.Handles;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;

/** The provider under test. */
final class Subject {
    static final short TCP = 0x106;

    /** Longer than anything takes on an emulated machine; a test that waits for so long has failed. */
    static final int PATIENCE_MS = 60_000;

    static final VerbsProvider PROVIDER = provider();
    static final InetAddress ADDRESS = InetAddress.ofLiteral(System.getProperty("rtrs.test.address", "127.0.0.1"));
    static final InetAddress ADDRESS6 = InetAddress.ofLiteral(System.getProperty("rtrs.test.address6", "::1"));

    private Subject() {}

    private static VerbsProvider provider() {
        try {
            return VerbsProviders.named(System.getProperty("rtrs.test.provider", "inprocess"));
        } catch (VerbsException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ExtendedCm cm() throws VerbsException {
        return PROVIDER.cm();
    }

    static ExtendedVerbs verbs() throws VerbsException {
        return PROVIDER.verbs();
    }

    /** Handles that exist. */
    static Object handles() {
        return Handles.of(PROVIDER);
    }

    /** The next event, acknowledged; it must be of this type. */
    static CmEvent take(RdmaEventChannel channel, EventType type) throws IOException {
        CmEvent event = (CmEvent) cm().getCmEvent(channel, PATIENCE_MS);
        if (event == null) {
            throw new AssertionError("no event came; expected " + type);
        }
        cm().ackCmEvent(event);
        if (event.type() != type) {
            throw new AssertionError(event.type() + " with status " + event.getStatus() + "; expected " + type);
        }
        return event;
    }
}
