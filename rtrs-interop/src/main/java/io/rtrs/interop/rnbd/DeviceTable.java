package io.rtrs.interop.rnbd;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The devices that one session has open, by their ids (spec/rnbd.md 3.3).
 *
 * <p><b>Threading:</b> any thread.
 */
final class DeviceTable {
    /** The size of names and search path together must stay below this. */
    private static final int PATH_MAX = 4096;

    private final List<@Nullable Mapping> mappings = new ArrayList<>();

    /** A device as a session has opened it. */
    record Mapping(MemoryDevice device, AccessMode mode) {}

    /**
     * Opens a device, or finds it if it is open: then the mode is not looked at.
     *
     * @return its id, the smallest free one for a new mapping
     * @throws RtrsException EINVAL for a bad name or mode, ENOENT, EPERM
     */
    synchronized int open(OpenReq request, Map<String, MemoryDevice> devices) throws RtrsException {
        String name = request.deviceName();
        int open = indexOf(name);
        if (open >= 0) {
            return open;
        }
        if (name.contains("..") || name.length() >= PATH_MAX) {
            throw new RtrsException(Errno.EINVAL, "device name '" + name + "'");
        }
        MemoryDevice device = devices.get(name);
        if (device == null) {
            throw new RtrsException(Errno.ENOENT, "no device '" + name + "'; there are " + devices.keySet());
        }
        AccessMode mode = AccessMode.of(request.accessMode()).orElse(null);
        if (mode == null) {
            throw new RtrsException(Errno.EINVAL, "access mode " + request.accessMode());
        }
        if (!device.acquire(mode)) {
            throw new RtrsException(Errno.EPERM, "device '" + name + "' has " + device.writers() + " writers already");
        }
        return add(new Mapping(device, mode));
    }

    private int indexOf(String name) {
        for (int id = 0; id < mappings.size(); id++) {
            Mapping mapping = mappings.get(id);
            if (mapping != null && mapping.device.name().equals(name)) {
                return id;
            }
        }
        return -1;
    }

    private int add(Mapping mapping) {
        int free = mappings.indexOf(null);
        if (free >= 0) {
            mappings.set(free, mapping);
            return free;
        }
        mappings.add(mapping);
        return mappings.size() - 1;
    }

    synchronized @Nullable Mapping get(int id) {
        return id >= 0 && id < mappings.size() ? mappings.get(id) : null;
    }

    /** Closes a device; an unknown id is no error. */
    synchronized void close(int id) {
        Mapping mapping = get(id);
        if (mapping != null) {
            mappings.set(id, null);
            mapping.device.release(mapping.mode);
        }
    }

    /** Closes all of them: the session is gone. */
    synchronized void closeAll() {
        for (int id = 0; id < mappings.size(); id++) {
            close(id);
        }
    }

    /** How many devices are open. */
    synchronized int count() {
        return mappings.size() - Collections.frequency(mappings, null);
    }
}
