package io.rtrs.client.session;

import io.rtrs.client.Permit;
import io.rtrs.client.RequestCallback;
import io.rtrs.core.Status;
import io.rtrs.core.work.WaitStrategy;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.LockSupport;

/** Waits for one request; made for each blocking call. */
final class BlockingCall implements RequestCallback {
    private static final int SPINS_BEFORE_YIELD = 1000;

    private final Thread caller = Thread.currentThread();

    /** Null until the request is over. */
    private volatile @Nullable Status status;

    @Override
    public void onComplete(Permit permit, Status result) {
        status = result;
        LockSupport.unpark(caller);
    }

    /** Waits, interrupted or not: the adapter has the memory until then. */
    Status await(WaitStrategy strategy, Session session) {
        boolean interrupted = false;
        int idlePolls = 0;
        Status result = status;
        while (result == null) {
            if (strategy == WaitStrategy.INVOKED) {
                idlePolls = session.poll() > 0 ? 0 : idlePolls + 1;
                spin(idlePolls);
            } else {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            result = status;
        }
        if (interrupted) {
            caller.interrupt();
        }
        return result;
    }

    /** Who polls for itself wants to spin; but whoever polls in its place may need this processor. */
    @SuppressWarnings("ThreadPriorityCheck")
    private static void spin(int idlePolls) {
        if (idlePolls > SPINS_BEFORE_YIELD) {
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
    }
}
