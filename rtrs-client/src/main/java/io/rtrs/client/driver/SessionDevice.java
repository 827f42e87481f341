package io.rtrs.client.driver;

import io.rtrs.core.connection.Device;
import io.rtrs.core.memory.Slab;

/**
 * A device that paths of a session use.
 *
 * @param index the place of its registrations in each region of the session
 * @param windows whether reads use windows on it
 */
public record SessionDevice(Device device, int index, boolean windows) {

    /** How memory of the user is registered: written by the server through windows, or with the region's own key. */
    public int access() {
        return windows ? Slab.WINDOWS : Slab.REMOTE_WRITE;
    }
}
