package io.rtrs.verbs.ibverbs.driver;

import io.rtrs.verbs.CompletionChannel;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.ffm.LibC;
import io.rtrs.verbs.ibverbs.ffm.LibIbverbs;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_comp_channel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongUnaryOperator;

/**
 * A completion channel. Every event is acknowledged as soon as it is taken, so that a completion queue can be destroyed
 * at any time. The channel itself may be destroyed before its queues: libibverbs' goes with the last of them.
 */
final class CqEventChannel extends CompletionChannel implements ProviderOwned {
    private final DeviceContext device;
    private final NativeHandle nativeHandle;
    private final Waiter waiter;
    private final Waiter.Scratch scratch = new Waiter.Scratch(Arena.ofAuto());
    /** Completion queues that report here. */
    private int queues;

    private final MemorySegment event = Arena.ofAuto().allocate(2 * ValueLayout.JAVA_LONG.byteSize(), 8);

    private CqEventChannel(DeviceContext device, long address, int fd) throws IOException {
        super(fd, device);
        this.device = device;
        LibC.setNonBlocking(fd);
        this.waiter = new Waiter(fd);
        this.nativeHandle = new NativeHandle("completion channel", address);
    }

    static CqEventChannel create(DeviceContext device) throws IOException {
        long address = Own.made("ibv_create_comp_channel", LibIbverbs.createCompChannel(device.address()));
        try {
            return new CqEventChannel(device, address, NativeMemory.getInt(address + ibv_comp_channel.fd));
        } catch (IOException e) {
            LibIbverbs.destroyCompChannel(address);
            throw e;
        }
    }

    NativeHandle nativeHandle() {
        return nativeHandle;
    }

    @Override
    public boolean await(long timeoutNs) throws IOException {
        requireOpen();
        int outcome = waiter.await(scratch, timeoutNs);
        // One is enough: looking for another costs a system call, and if there is one, the next await ends at once.
        return (outcome & Waiter.READABLE) != 0 && takeOne();
    }

    /** Takes an event and acknowledges it; false if there is none. */
    private boolean takeOne() throws VerbsException {
        int errno = LibIbverbs.getCqEvent(nativeHandle.live(), event.address(), event.address() + 8);
        if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
            return false;
        }
        if (errno != 0) {
            throw new VerbsException("ibv_get_cq_event failed with errno " + errno, errno);
        }
        LibIbverbs.ackCqEvents(event.get(ValueLayout.JAVA_LONG, 0), 1);
        return true;
    }

    @Override
    public void wakeup() {
        waiter.wakeup();
    }

    private void requireOpen() throws VerbsException {
        if (!isOpen()) {
            throw new VerbsException("the completion channel is destroyed", Errno.EBADF);
        }
    }

    /** Makes a completion queue that reports here, from the channel's address; 0 is none. */
    synchronized long newQueue(LongUnaryOperator create) throws VerbsException {
        requireOpen();
        long address = create.applyAsLong(nativeHandle.live());
        if (address != 0) {
            queues++;
        }
        return address;
    }

    /** One of its completion queues is destroyed. */
    synchronized void queueGone() throws VerbsException {
        queues--;
        if (!isOpen()) {
            destroyIfUnused();
        }
    }

    synchronized void destroy() throws VerbsException {
        requireOpen();
        close();
        destroyIfUnused();
    }

    private void destroyIfUnused() throws VerbsException {
        if (queues == 0) {
            nativeHandle.destroy("ibv_destroy_comp_channel", LibIbverbs::destroyCompChannel);
            waiter.close();
        }
    }

    @Override
    public VerbsProvider provider() {
        return device.provider();
    }
}
