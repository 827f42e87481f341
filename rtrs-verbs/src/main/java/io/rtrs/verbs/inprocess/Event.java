package io.rtrs.verbs.inprocess;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaConnParam;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** An event of the connection manager. */
final class Event extends CmEvent implements ProviderOwned {
    private final @Nullable Id listener;
    private final Id subject;
    private final AtomicBoolean acknowledged = new AtomicBoolean();

    @SuppressWarnings("EnumOrdinal") // DiSNI's event numbers are its enum's ordinals
    Event(EventType type, int status, @Nullable Id listener, Id subject, byte @Nullable [] privateData)
            throws IOException {
        super(type.ordinal(), status, listener, subject, privateData);
        this.listener = listener;
        this.subject = subject;
    }

    /** What the peer offers, as this side sees it: its two depths change places. */
    Event parameters(RdmaConnParam peer) throws IOException {
        RdmaConnParam seen = new ConnParam().reads(peer.getResponder_resources(), peer.getInitiator_depth());
        seen.setRetry_count(peer.getRetry_count());
        seen.setRnr_retry_count(peer.getRnr_retry_count());
        conn = seen;
        return this;
    }

    /** The id that waits for the acknowledgement. */
    Id owner() {
        return listener != null ? listener : subject;
    }

    Id subject() {
        return subject;
    }

    void acknowledge() {
        if (acknowledged.compareAndSet(false, true)) {
            owner().acknowledged();
        }
    }

    @Override
    public VerbsProvider provider() {
        return subject.provider();
    }
}
