package io.rtrs.soft.iwarp.driver;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvWC;
import io.rtrs.soft.completion.CompletionQueue;
import io.rtrs.soft.iwarp.driver.tcp.Tcp;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;

/** A completion queue whose poller drives: when it is empty, what has arrived for its connections is read. */
final class IwarpQueue extends CompletionQueue {
    private final StreamSet set;
    private final boolean ownsSet;
    private volatile StreamDrive[] drives = {};

    IwarpQueue(IbvContext device, VerbsProvider provider, Tcp tcp, @Nullable IwarpChannel channel, int entries)
            throws IOException {
        super(device, provider, channel, entries);
        this.ownsSet = channel == null;
        this.set = channel == null ? StreamSet.ofQueue(tcp) : channel.set();
    }

    /** Its connections, and those of other queues of its channel. */
    StreamSet set() {
        return set;
    }

    /** A connection reports here. */
    void join(StreamDrive drive) {
        synchronized (set) {
            StreamDrive[] more = Arrays.copyOf(drives, drives.length + 1);
            more[drives.length] = drive;
            drives = more;
        }
        set.add(drive);
    }

    /** It does no more. */
    void leave(StreamDrive drive) {
        synchronized (set) {
            drives = Arrays.stream(drives).filter(other -> other != drive).toArray(StreamDrive[]::new);
        }
        set.remove(drive);
    }

    /** It is destroyed. */
    void closeSet() {
        if (ownsSet) {
            set.close();
        }
    }

    @Override
    public int drain(IbvWC[] into, int limit) {
        int found = super.drain(into, limit);
        if (found != 0) {
            return found;
        }
        StreamDrive[] now = drives;
        if (now.length <= StreamSet.FEW || !set.poll()) {
            for (StreamDrive drive : now) {
                drive.look();
            }
        }
        return super.drain(into, limit);
    }
}
