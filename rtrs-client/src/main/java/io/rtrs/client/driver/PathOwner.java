package io.rtrs.client.driver;

import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.client.request.QueueDepthException;
import io.rtrs.client.request.Request;
import io.rtrs.client.request.RequestTable;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.driver.ControlLoop;
import io.rtrs.core.driver.LoopPool;
import io.rtrs.core.error.RtrsException;
import io.rtrs.verbs.VerbsProvider;

import java.time.LocalTime;
import java.util.List;

/** What a path's driver needs of its session; the control thread calls. */
interface PathOwner {
    /** The loop that drives the path; {@code execute} from any thread. */
    ControlLoop control();

    VerbsProvider provider();

    /** Where paths have the loops of their connections from. */
    LoopPool loops();

    DeviceTable devices();

    /**
     * The requests of the session, made for the first path that asks.
     *
     * @throws QueueDepthException if they are not as many as the queue depth
     */
    RequestTable requests(int queueDepth) throws QueueDepthException;

    /** Takes what a path lets go. */
    CarrierTable.Mover mover();

    /** Calls back what is over, in a thread that may be held up; then the task runs on the control thread. */
    void callBack(List<Request> due, Runnable then);

    /** The tag of an attempt that begins. */
    int nextTag();

    /** Events of the id shall come to the attempt. */
    void adopt(RdmaCmId id, Attempt attempt, int cid);

    /** The id is about to be destroyed. */
    void forget(RdmaCmId id);

    /** Who turns the loops of its connections, and what their clock is. */
    Ambient ambient();

    /** The time; any thread. */
    long nowNs();

    /** The time on the wall, for people. */
    LocalTime timeOfDay();

    /** Whether paths that break come back by themselves: not while the session is opened or closed. */
    boolean mayReconnect();

    /** An attempt begins. */
    void onAttempt();

    /** Nothing is left of an attempt. */
    void onFreed(PathDriver path);

    /** A path that was over is connected again, because somebody asked for it. */
    void onReopened(PathDriver path);

    /** The path is up. */
    void onUp(PathDriver path);

    /** A path that was up is gone: its requests have moved or ended. */
    void onDown(PathDriver path, RtrsException cause);

    /** The path is over; it will not come back by itself. */
    void onClosed(PathDriver path, RtrsException cause);
}
