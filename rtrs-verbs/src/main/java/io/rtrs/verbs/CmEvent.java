package io.rtrs.verbs;

import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmId;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * A connection-manager event with its status and private data.
 *
 * <p><b>Ownership:</b> the private data was copied when the event was taken: it stays valid after the acknowledgement.
 * {@link #getStatus()} is what the kernel reports: a negative errno for errors, the REJ reason of the IB CM for {@code
 * REJECTED} (28 for a consumer's reject, 8 where nobody listens), which {@link RejectCause} puts into words.
 */
public class CmEvent extends RdmaCmEvent {
    private static final byte[] NONE = {};

    private final byte[] privateData;

    /**
     * Creates an event; called by providers.
     *
     * @param event ordinal of {@link RdmaCmEvent.EventType}
     * @param status see above
     * @param listenId the listening id of a {@code CONNECT_REQUEST}, else null
     * @param connId the id that the event is about; the new one for a {@code CONNECT_REQUEST}
     * @param privateData what the peer sent with it, owned by the event from now on; null means none
     */
    public CmEvent(int event, int status, @Nullable RdmaCmId listenId, RdmaCmId connId, byte @Nullable [] privateData)
            throws IOException {
        super(event, listenId, connId);
        this.status = status;
        this.privateData = privateData == null ? NONE : privateData;
    }

    /** What kind of event this is. */
    @SuppressWarnings("EnumOrdinal") // DiSNI's event numbers are its enum's ordinals, which are librdmacm's
    public EventType type() {
        return EventType.values()[getEvent()];
    }

    /** The positive errno of an event that brings bad news, by the same rule for all providers; 0 for one that does not. */
    public int errno() {
        return CmText.errno(type(), getStatus());
    }

    /**
     * What happened, in words that name the cause.
     *
     * @param peer what the other end is called, such as {@code "the server"}
     */
    public String describe(String peer) {
        return CmText.describe(type(), getStatus(), peer);
    }

    /** A copy of the peer's private data, zero-padded as its transport delivers it; empty if there was none. */
    public byte[] privateData() {
        return privateData.length == 0 ? NONE : privateData.clone();
    }
}
