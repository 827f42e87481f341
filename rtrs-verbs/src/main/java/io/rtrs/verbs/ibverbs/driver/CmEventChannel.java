package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.ffm.LibC;
import io.rtrs.verbs.ibverbs.ffm.LibRdmacm;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.CmLayout.rdma_event_channel;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A {@code struct rdma_event_channel} that can be waited on with a time limit and woken. */
final class CmEventChannel extends RdmaEventChannel implements ProviderOwned {
    private static final long NS_PER_MS = 1_000_000;

    private final ConnectionIds ids;
    private final NativeHandle nativeHandle;
    private final Waiter waiter;

    private CmEventChannel(ConnectionIds ids, long address, int fd) throws IOException {
        super(fd);
        this.ids = ids;
        LibC.setNonBlocking(fd);
        this.waiter = new Waiter(fd);
        this.nativeHandle = new NativeHandle("event channel", address);
    }

    static CmEventChannel create(ConnectionIds ids) throws IOException {
        long address = LibRdmacm.createEventChannel();
        if (address == 0) {
            int errno = Errno.last();
            throw new VerbsException(
                    "rdma_create_event_channel failed with errno " + errno
                            + "; is the kernel module rdma_ucm loaded and /dev/infiniband/rdma_cm accessible?",
                    errno);
        }
        try {
            return new CmEventChannel(ids, address, NativeMemory.getInt(address + rdma_event_channel.fd));
        } catch (IOException e) {
            LibRdmacm.destroyEventChannel(address);
            throw e;
        }
    }

    NativeHandle nativeHandle() {
        return nativeHandle;
    }

    /** The next event; null when the time is over or after a wake-up. */
    @Nullable
    CmEvent take(int timeoutMs) throws IOException {
        long timeoutNs = timeoutMs < 0 ? -1 : timeoutMs * NS_PER_MS;
        long start = System.nanoTime();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slot = arena.allocate(ValueLayout.JAVA_LONG);
            Waiter.Scratch scratch = new Waiter.Scratch(arena);
            while (true) {
                CmEvent event = takeNow(slot);
                if (event != null) {
                    return event;
                }
                long remaining = timeoutNs < 0 ? -1 : Math.max(0, timeoutNs - (System.nanoTime() - start));
                int outcome = waiter.await(scratch, remaining);
                if (outcome == Waiter.TIMEOUT || (outcome & Waiter.WOKEN) != 0) {
                    return null;
                }
            }
        }
    }

    /** An event that is there; null if there is none. */
    private @Nullable CmEvent takeNow(MemorySegment slot) throws IOException {
        while (true) {
            int errno = LibRdmacm.getCmEvent(nativeHandle.live(), slot.address());
            if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
                return null;
            }
            if (errno != 0) {
                throw new VerbsException("rdma_get_cm_event failed with errno " + errno, errno);
            }
            CmEvent event = ids.convert(this, slot.get(ValueLayout.JAVA_LONG, 0));
            if (event != null) {
                return event;
            }
        }
    }

    void wakeup() {
        waiter.wakeup();
    }

    void destroy() throws VerbsException {
        nativeHandle.destroy("rdma_destroy_event_channel", channel -> {
            LibRdmacm.destroyEventChannel(channel);
            return 0;
        });
        waiter.close();
        close();
    }

    @Override
    public VerbsProvider provider() {
        return ids.devices().provider();
    }
}
