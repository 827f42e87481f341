package io.rtrs.verbs;

import com.ibm.disni.verbs.RdmaConnParam;

/**
 * DiSNI's connection parameters with the private data as bytes.
 *
 * <p>DiSNI's own field is a native address, which a Java program has no safe way to fill. A provider uses {@link
 * #privateData()} where it is not empty, and DiSNI's address and length otherwise.
 *
 * <p><b>Ownership:</b> the array is copied in and out. Sizes that fit: rdma_cm carries at most 56 bytes in a connect
 * request (port space TCP), 196 in an accept, 148 in a reject (spec/rtrs.md 4.2).
 */
public final class ConnParam extends RdmaConnParam {
    private byte[] privateData = new byte[0];

    /** Sets the private data; at most 255 bytes, further limited by the message that carries it. */
    public ConnParam privateData(byte[] data) {
        if (data.length > 255) {
            throw new IllegalArgumentException("private data of " + data.length + " bytes; at most 255 fit");
        }
        privateData = data.clone();
        private_data_len = (byte) data.length;
        return this;
    }

    /**
     * Sets how many RDMA READs and atomics may be under way: from this side, and from the peer. Both are 0 at first, which
     * allows none; RTRS needs none. (DiSNI has these fields, but its setters throw.)
     */
    public ConnParam reads(int fromHere, int fromPeer) {
        initiator_depth = (byte) fromHere;
        responder_resources = (byte) fromPeer;
        return this;
    }

    /** A copy of the private data, empty if none was set. */
    public byte[] privateData() {
        return privateData.clone();
    }
}
