package io.rtrs.soft.connection;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaConnParam;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** An event of the connection manager. */
public final class Event extends CmEvent implements ProviderOwned {
    private final @Nullable CmId listener;
    private final CmId subject;

    /** Creates an event; {@code listener} is the listening id of a connect request, else null. */
    @SuppressWarnings("EnumOrdinal") // DiSNI's event numbers are its enum's ordinals
    public Event(EventType type, int status, @Nullable CmId listener, CmId subject, byte @Nullable [] privateData)
            throws IOException {
        super(type.ordinal(), status, listener, subject, privateData);
        this.listener = listener;
        this.subject = subject;
    }

    /** What the peer offers, as this side sees it. */
    public Event offered(RdmaConnParam seen) {
        conn = seen;
        return this;
    }

    /** What the peer connected with; as this side sees it, its two depths change places. */
    public Event parameters(RdmaConnParam peer) throws IOException {
        RdmaConnParam seen = new ConnParam().reads(peer.getResponder_resources(), peer.getInitiator_depth());
        seen.setRetry_count(peer.getRetry_count());
        seen.setRnr_retry_count(peer.getRnr_retry_count());
        return offered(seen);
    }

    /** The id that it goes with: if that is destroyed, nobody takes the event any more. */
    public CmId owner() {
        return listener != null ? listener : subject;
    }

    /** The id that it is about. */
    public CmId subject() {
        return subject;
    }

    @Override
    public VerbsProvider provider() {
        return subject.provider();
    }
}
