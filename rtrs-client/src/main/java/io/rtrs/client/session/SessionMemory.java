package io.rtrs.client.session;

import io.rtrs.client.driver.DeviceTable;
import io.rtrs.client.driver.SessionDevice;
import io.rtrs.client.request.RegisteredRegion;
import io.rtrs.client.request.RequestTable;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.PageMemory;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The registered memory of a session, on every device that its paths use.
 *
 * <p><b>Threading:</b> any thread. <b>Ownership:</b> what the user did not close is closed with the session.
 */
final class SessionMemory implements RegisteredRegion.Owner, DeviceTable.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(SessionMemory.class);

    private final List<SessionDevice> devices = new ArrayList<>();
    private final RequestTable requests;
    private final Set<RegisteredRegion> live = ConcurrentHashMap.newKeySet();
    private boolean closed;

    @SuppressWarnings("this-escape") // nothing but the lock of this object is used before it is complete
    SessionMemory(DeviceTable devices, RequestTable requests) {
        this.requests = requests;
        synchronized (this) {
            this.devices.addAll(devices.listen(this));
        }
    }

    /** What is registered on the others is registered on it as well. */
    @Override
    public synchronized void onDevice(SessionDevice device) throws IOException {
        List<RegisteredRegion> done = new ArrayList<>();
        boolean all = false;
        try {
            for (RegisteredRegion region : live) {
                if (region.join(() -> register(device, region.segment()))) {
                    done.add(region);
                }
            }
            devices.add(device);
            all = true;
        } finally {
            if (!all) {
                done.forEach(RegisteredRegion::leave);
            }
        }
    }

    private static MemoryRegion register(SessionDevice device, MemorySegment segment) throws IOException {
        return device.device().verbs().regMr(device.device().pd(), segment, device.access());
    }

    /** For the user, who may close it whenever no request is under way with it. */
    RegisteredRegion allocate(long bytes) throws RtrsException {
        return allocate(bytes, false);
    }

    /** For the session, until it is closed. */
    RegisteredRegion allocateLasting(long bytes) throws RtrsException {
        return allocate(bytes, true);
    }

    private RegisteredRegion allocate(long bytes, boolean lasting) throws RtrsException {
        if (bytes < 1) {
            throw new RtrsException(Errno.EINVAL, "allocating " + bytes + " bytes");
        }
        Arena arena = Arena.ofShared();
        boolean done = false;
        try {
            RegisteredRegion region = register(PageMemory.allocate(arena, bytes), arena, lasting);
            done = true;
            return region;
        } catch (OutOfMemoryError e) {
            throw new RtrsException(Errno.ENOMEM, "allocating " + bytes + " bytes", e);
        } finally {
            if (!done) {
                arena.close();
            }
        }
    }

    RegisteredRegion register(MemorySegment segment) throws RtrsException {
        if (!segment.isNative() || segment.byteSize() == 0) {
            throw new RtrsException(
                    Errno.EINVAL, "only native memory of at least one byte can be registered: " + segment);
        }
        return register(segment, null, false);
    }

    private synchronized RegisteredRegion register(MemorySegment segment, @Nullable Arena arena, boolean lasting)
            throws RtrsException {
        if (closed) {
            throw new RtrsException(Errno.ESHUTDOWN, "the session is closed");
        }
        List<MemoryRegion> regions = new ArrayList<>();
        boolean done = false;
        try {
            for (SessionDevice device : devices) {
                regions.add(register(device, segment));
            }
            RegisteredRegion region = new RegisteredRegion(this, segment, arena, lasting, regions);
            live.add(region);
            done = true;
            return region;
        } catch (IOException e) {
            int errno = e instanceof VerbsException verbs && verbs.errno() != 0 ? verbs.errno() : Errno.ENOMEM;
            throw new RtrsException(errno, "registering " + segment.byteSize() + " bytes: " + e.getMessage(), e);
        } finally {
            if (!done) {
                regions.forEach(SessionMemory::deregister);
            }
        }
    }

    private static void deregister(MemoryRegion region) {
        try {
            region.deregMr().execute().free();
        } catch (IOException | RuntimeException e) {
            LOG.error("deregistering memory", e);
        }
    }

    @Override
    public boolean isInUse(RegisteredRegion region) {
        return requests.uses(region);
    }

    @Override
    public void onClosed(RegisteredRegion region) {
        live.remove(region);
    }

    /** Closes what is left; no path is connected any more. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        for (RegisteredRegion region : live) {
            try {
                region.close();
            } catch (RtrsException | RuntimeException e) {
                LOG.error("closing registered memory; it stays allocated", e);
            }
        }
    }
}
