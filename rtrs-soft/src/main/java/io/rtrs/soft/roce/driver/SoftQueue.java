package io.rtrs.soft.roce.driver;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvWC;
import io.rtrs.soft.completion.CompletionQueue;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** A completion queue whose poller drives: when it is empty, what has arrived at the sockets of its queue pairs is taken. */
final class SoftQueue extends CompletionQueue {
    private final Drives drives = new Drives();
    private final @Nullable SoftChannel waiters;

    SoftQueue(IbvContext device, VerbsProvider provider, @Nullable SoftChannel channel, int entries)
            throws IOException {
        super(device, provider, channel, entries);
        this.waiters = channel;
    }

    /** A queue pair of the drive reports here from now on. */
    void attach(Drive drive) {
        drives.add(drive);
        if (waiters != null) {
            waiters.drives().add(drive);
        }
    }

    /** Whether queue pairs of the drive report here, or where this queue reports. */
    boolean isAt(Drive drive) {
        return drives.has(drive) || (waiters != null && waiters.drives().has(drive));
    }

    /** One of them does no more. */
    void detach(Drive drive) {
        drives.remove(drive);
        if (waiters != null) {
            waiters.drives().remove(drive);
        }
    }

    @Override
    public int drain(IbvWC[] into, int limit) {
        int found = super.drain(into, limit);
        if (found != 0) {
            return found;
        }
        drives.receive(this);
        return super.drain(into, limit);
    }
}
