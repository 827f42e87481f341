package io.rtrs.client.driver;

import com.ibm.disni.verbs.IbvContext;
import io.rtrs.core.connection.Device;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The devices of a session: one protection domain on each, shared by the paths that leave through it, so that memory is
 * registered once per device.
 *
 * <p><b>Threading:</b> any thread; the control thread adds to it when a path leaves through a device that is new.
 */
public final class DeviceTable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceTable.class);

    /** Told about devices that join later. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A device joins: paths use it when this has returned.
         *
         * @throws IOException if it cannot be used
         */
        void onDevice(SessionDevice device) throws IOException;
    }

    private final VerbsProvider provider;
    private final boolean invalidateReads;
    private @Nullable Listener listener;
    private final List<SessionDevice> devices = new ArrayList<>();

    DeviceTable(VerbsProvider provider, boolean invalidateReads) {
        this.provider = provider;
        this.invalidateReads = invalidateReads;
    }

    /** The device of a context; opens it if it is new. */
    synchronized SessionDevice deviceOf(IbvContext context) throws IOException {
        Device opened = Device.open(provider, context);
        for (SessionDevice known : devices) {
            if (known.device().attributes().nodeGuid() == opened.attributes().nodeGuid()) {
                opened.close();
                return known;
            }
        }
        SessionDevice device = new SessionDevice(opened, devices.size(), invalidateReads && canWindow(opened));
        boolean joined = false;
        try {
            if (listener != null) {
                listener.onDevice(device);
            }
            devices.add(device);
            joined = true;
            return device;
        } finally {
            if (!joined) {
                opened.close();
            }
        }
    }

    private static boolean canWindow(Device device) {
        DeviceAttr attributes = device.attributes();
        return attributes.windowType2() && attributes.localInvalidate() && attributes.maxMw() > 0;
    }

    /** All devices in order of their index; the listener is told about those that join from now on. */
    public synchronized List<SessionDevice> listen(Listener toTell) {
        listener = toTell;
        return List.copyOf(devices);
    }

    /** Frees the protection domains; nothing uses them any more. */
    synchronized void close() {
        for (SessionDevice device : devices) {
            try {
                device.device().close();
            } catch (IOException | RuntimeException e) {
                LOG.error("closing device {}", device.device().attributes().name(), e);
            }
        }
        devices.clear();
    }
}
