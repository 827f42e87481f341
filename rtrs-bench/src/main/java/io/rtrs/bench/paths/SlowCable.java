package io.rtrs.bench.paths;

import io.rtrs.bench.network.Command;
import io.rtrs.bench.network.Place;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A cable that is slow while this is open: both of its ends send at a limited rate. It takes root.
 *
 * <p>By a token bucket (tbf): netem, which can also lose and reorder packets, is a module that most kernels come without.
 * <b>Threading:</b> one thread.
 */
final class SlowCable implements AutoCloseable {
    private final List<String> namespaces;
    private final String device;
    private int slowed;

    private SlowCable(String device, String serverNamespace) {
        this.device = device;
        this.namespaces = List.of("", serverNamespace);
    }

    /**
     * Slows it down.
     *
     * @param device what both ends are called; one is in this process's network namespace
     * @param rate as tc has it
     * @throws IOException if this user, or this kernel, cannot
     */
    static SlowCable make(String device, String serverNamespace, String rate) throws IOException {
        SlowCable cable = new SlowCable(device, serverNamespace);
        try {
            for (String namespace : cable.namespaces) {
                cable.tc(namespace, "add", "tbf", "rate", rate, "burst", "64kb", "latency", "50ms");
                cable.slowed++;
            }
            return cable;
        } catch (IOException e) {
            cable.close();
            throw e;
        }
    }

    private void tc(String namespace, String verb, String... discipline) throws IOException {
        List<String> command = new ArrayList<>(List.of("tc", "qdisc", verb, "dev", device, "root"));
        command.addAll(List.of(discipline));
        Command.run(Place.in(namespace, command));
    }

    @Override
    public void close() throws IOException {
        while (slowed > 0) {
            slowed--;
            tc(namespaces.get(slowed), "del");
        }
    }
}
