package io.rtrs.client.driver;

import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.client.request.RequestTable;
import io.rtrs.core.driver.ControlLoop;
import io.rtrs.core.error.RtrsException;
import io.rtrs.verbs.VerbsProvider;

/** What a path's driver needs of its session; the control thread calls. */
interface PathOwner {
    /** The loop that drives the path; {@code execute} from any thread. */
    ControlLoop control();

    VerbsProvider provider();

    DeviceTable devices();

    /**
     * The requests of the session, made for the first path that asks.
     *
     * @throws RtrsException EINVAL if they are not as many as the queue depth
     */
    RequestTable requests(int queueDepth) throws RtrsException;

    /** Takes what a path lets go. */
    CarrierTable.Mover dispatch();

    /** The tag of an attempt that begins. */
    int nextTag();

    /** Events of the id shall come to the path. */
    void adopt(RdmaCmId id, PathDriver path, int cid);

    /** The id is about to be destroyed. */
    void forget(RdmaCmId id);

    /** The path is up. */
    void onUp(PathDriver path);

    /** A path that was up is gone: its requests have moved or ended. */
    void onDown(PathDriver path, RtrsException cause);

    /** Everything of the path is freed; it will not come back by itself. */
    void onClosed(PathDriver path, RtrsException cause);
}
