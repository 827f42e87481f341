package io.rtrs.core.work;

/**
 * A thread of this library: it runs code of the application, and belongs to nobody who might interrupt it with good reason.
 * A platform daemon, because it may block in a native call.
 */
public final class OwnThread extends Thread {

    /** Makes a thread that is not started. */
    public OwnThread(Runnable task, String name) {
        super(task, name);
        setDaemon(true);
    }
}
