package io.rtrs.verbs;

import com.ibm.disni.verbs.RdmaConnParam;
import org.jspecify.annotations.Nullable;

/**
 * DiSNI's connection parameters with the private data as bytes.
 *
 * <p>DiSNI's own field is a native address, which a Java program has no safe way to fill. A provider uses {@link
 * #privateData()} where it is not empty, and DiSNI's address and length otherwise.
 *
 * <p><b>Ownership:</b> the array is copied in and out. Sizes that fit: rdma_cm carries at most 56 bytes in a connect
 * request (port space TCP), 196 in an accept, 148 in a reject (spec/rtrs.md 4.2).
 *
 * <p>What is 0 here is 0. In a plain {@code RdmaConnParam} it means that the program did not choose, see {@link #of}.
 */
public final class ConnParam extends RdmaConnParam {
    private static final byte ALL_RETRIES = 7;

    private byte[] privateData = new byte[0];

    /**
     * What parameters of any kind mean; called by providers. These are taken as they are. A plain {@code RdmaConnParam} has
     * no way to choose depths (its setters throw) and its retry count is 0 unless set, so 0 means: as many reads as both
     * sides can, as DiSNI's own library takes it, and seven retries. Adapters acknowledge while a process sleeps, so that
     * no retry is enough for them; software does not. Null asks for all of that, and for endless RNR retries, as with
     * librdmacm.
     *
     * @param mostReads RDMA READs and atomics that the device can have under way, at most 255
     */
    public static ConnParam of(@Nullable RdmaConnParam given, int mostReads) {
        if (given instanceof ConnParam chosen) {
            return chosen;
        }
        ConnParam meant = new ConnParam().reads(mostReads, mostReads);
        meant.retry_count = ALL_RETRIES;
        meant.rnr_retry_count = ALL_RETRIES;
        if (given != null) {
            meant.initiator_depth = chosen(given.getInitiator_depth(), meant.initiator_depth);
            meant.responder_resources = chosen(given.getResponder_resources(), meant.responder_resources);
            meant.retry_count = chosen(given.getRetry_count(), ALL_RETRIES);
            meant.rnr_retry_count = given.getRnr_retry_count();
            meant.flow_control = given.getFlow_control();
            meant.private_data_addr = given.getPrivate_data();
            meant.private_data_len = given.getPrivate_data_len();
        }
        return meant;
    }

    private static byte chosen(byte given, byte otherwise) {
        return given != 0 ? given : otherwise;
    }

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
