package io.rtrs.client.driver;

import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.driver.CompletionLoop;
import org.jspecify.annotations.Nullable;

/**
 * What the control thread knows of one connection.
 *
 * <p><b>Threading:</b> the control thread; the loop is published when it is started.
 */
final class ClientConnection {
    final int cid;
    final RdmaCmId id;

    @Nullable
    Connection connection;

    volatile @Nullable CompletionLoop loop;

    /** The server accepted: it has to be disconnected. */
    boolean established;

    /** The connection manager has reported the end of the connection. */
    boolean disconnected;

    /** Its queue pair cannot touch memory any more: it is drained, destroyed, or in error for good. */
    boolean quiet;

    /** Its loop has ended, and uses nothing of it any more. */
    boolean loopEnded;

    ClientConnection(int cid, RdmaCmId id) {
        this.cid = cid;
        this.id = id;
    }

    /** The queue pair, once made. */
    Connection made() {
        Connection c = connection;
        if (c == null) {
            throw new IllegalStateException("con " + cid + " has no queue pair yet");
        }
        return c;
    }
}
