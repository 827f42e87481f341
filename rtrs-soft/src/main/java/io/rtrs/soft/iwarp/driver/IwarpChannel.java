package io.rtrs.soft.iwarp.driver;

import com.ibm.disni.verbs.IbvContext;
import io.rtrs.soft.completion.Channel;
import io.rtrs.soft.iwarp.driver.tcp.Tcp;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * A completion channel whose waiter sleeps on the sockets of all connections that report here, and drives them. Where the
 * machine's TCP has no edges he sleeps as in other providers, and the daemon drives.
 */
final class IwarpChannel extends Channel {
    private final StreamSet set;

    IwarpChannel(IbvContext device, VerbsProvider provider, Tcp tcp) throws IOException {
        super(device, provider);
        this.set = StreamSet.ofChannel(tcp);
    }

    /** The connections that report here. */
    StreamSet set() {
        return set;
    }

    @Override
    protected void sleep(long timeoutNs) throws IOException {
        if (!set.canSleep()) {
            super.sleep(timeoutNs);
            return;
        }
        if (timeoutNs == 0) {
            set.poll();
            return;
        }
        if (ready()) {
            return;
        }
        boolean limited = timeoutNs > 0;
        long untilNs = limited ? System.nanoTime() + timeoutNs : 0;
        Thread me = Thread.currentThread();
        set.sleeps(me);
        try {
            long leftNs = limited ? timeoutNs : -1;
            while (!ready() && (!limited || leftNs > 0)) {
                if (me.isInterrupted()) {
                    throw new InterruptedIOException("interrupted while waiting for a completion event");
                }
                set.sleep(leftNs);
                leftNs = limited ? untilNs - System.nanoTime() : -1;
            }
        } finally {
            set.sleeps(null);
        }
    }

    @Override
    protected void unpark() {
        super.unpark();
        if (set.isSleeper(Thread.currentThread())) {
            return; // who waits has seen to it himself
        }
        set.wakeup();
    }
}
