package io.rtrs.client.driver;

import com.ibm.disni.verbs.IbvContext;
import io.rtrs.core.connection.Device;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.VerbsProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The devices of a session: one protection domain on each, shared by the paths that leave through it, so that memory is
 * registered once per device.
 *
 * <p><b>Threading:</b> written by the control thread while the session opens; read-only afterwards.
 */
public final class DeviceTable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceTable.class);

    private final VerbsProvider provider;
    private final boolean invalidateReads;
    private final List<SessionDevice> devices = new ArrayList<>();

    DeviceTable(VerbsProvider provider, boolean invalidateReads) {
        this.provider = provider;
        this.invalidateReads = invalidateReads;
    }

    /** The device of a context; opens it if it is new. */
    SessionDevice deviceOf(IbvContext context) throws IOException {
        Device opened = Device.open(provider, context);
        for (SessionDevice known : devices) {
            if (known.device().attributes().nodeGuid() == opened.attributes().nodeGuid()) {
                opened.close();
                return known;
            }
        }
        SessionDevice device = new SessionDevice(opened, devices.size(), invalidateReads && canWindow(opened));
        devices.add(device);
        return device;
    }

    private static boolean canWindow(Device device) {
        DeviceAttr attributes = device.attributes();
        return attributes.windowType2() && attributes.localInvalidate() && attributes.maxMw() > 0;
    }

    /** All devices in order of their index. */
    public List<SessionDevice> all() {
        return List.copyOf(devices);
    }

    /** Frees the protection domains; nothing uses them any more. */
    void close() {
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
