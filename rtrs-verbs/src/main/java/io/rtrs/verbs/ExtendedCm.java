package io.rtrs.verbs;

import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;

import java.io.IOException;

/**
 * DiSNI's connection management with what it lacks.
 *
 * <p>Beyond DiSNI's contract every provider gives:
 *
 * <ul>
 *   <li>{@code getCmEvent} returns a {@link CmEvent}, or null when its timeout (milliseconds; negative waits for ever)
 *       has passed or the channel was {@linkplain #wakeup woken}. It takes one event at a time; other threads may use the
 *       channel's ids meanwhile.
 *   <li>{@code getCmEvent} acknowledges: an id may be destroyed while its event is handled, and nothing waits for {@code
 *       ackCmEvent}.
 *   <li>{@code connect} and {@code accept} take a {@link ConnParam} with private data, or a plain DiSNI one, which means
 *       what {@link ConnParam#of} says.
 *   <li>{@code resolveAddr} honours a source address; null leaves the choice to routing. IPv4 and IPv6.
 *   <li>{@code destroyCmId} requires that the id's QP is destroyed.
 *   <li>{@code getSrcAddr} and {@code getDstAddr} are null while the id has no such address.
 * </ul>
 *
 * <p><b>Threading:</b> all methods are safe from any thread; only {@code getCmEvent} waits. <b>Errors:</b> {@link
 * VerbsException} with the errno of librdmacm.
 */
public abstract class ExtendedCm extends RdmaCm {

    /**
     * Refuses a connect request: the peer gets {@code REJECTED} with status 28 and the private data.
     *
     * @param id the new id of a {@code CONNECT_REQUEST}; still to be destroyed by the caller
     * @param privateData at most 148 bytes
     */
    public abstract void reject(RdmaCmId id, byte[] privateData) throws IOException;

    /**
     * Lets the id's address be used by several ids ({@code RDMA_OPTION_ID_REUSEADDR}); call it before bind or resolve.
     */
    public abstract void reuseAddress(RdmaCmId id) throws IOException;

    /** Tells the connection manager that data arrived before the RTU did ({@code IBV_EVENT_COMM_EST}). */
    public abstract void notifyEstablished(RdmaCmId id) throws IOException;

    /** Makes a {@code getCmEvent} that waits on the channel, now or next, return null. */
    public abstract void wakeup(com.ibm.disni.verbs.RdmaEventChannel channel);
}
