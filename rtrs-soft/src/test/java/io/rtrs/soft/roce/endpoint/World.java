package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.link.FaultRates;
import io.rtrs.soft.roce.link.SimulatedNetwork;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.ReceiveArray;
import io.rtrs.soft.work.SendArray;
import io.rtrs.verbs.WrOpcode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Two endpoints and virtual time. */
final class World {
    private static final int TURNS = 200_000;

    final SimulatedNetwork network;
    final SimulatedEndpoint active;
    final SimulatedEndpoint passive;
    final List<Lane> activeLanes = new ArrayList<>();
    final List<Lane> passiveLanes = new ArrayList<>();

    World(FaultRates rates, long seed) {
        this(rates, seed, false);
    }

    private World(FaultRates rates, long seed, boolean lending) {
        network =
                new SimulatedNetwork(rates, 10_000, seed, Long.MAX_VALUE - 1_000_000_000); // the clock wraps on its way
        active = new SimulatedEndpoint(network, 1);
        passive = new SimulatedEndpoint(network, 2, Gid.ofIpv4(0x0A00_0002), 1024, lending);
        passive.endpoint.connections().listen(SimulatedEndpoint.PORT, false, 0);
    }

    static World perfect() {
        return new World(FaultRates.NONE, 0);
    }

    /** A perfect one, whose passive side has a {@link LendingLink}. */
    static World lending() {
        return new World(FaultRates.NONE, 0, true);
    }

    /** Drives both until the condition holds. */
    void until(BooleanSupplier condition) {
        for (int i = 0; i < TURNS; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            turn();
        }
        throw new AssertionError("it never came: " + network + " active " + active.heard + " passive " + passive.heard);
    }

    /** Drives both until nothing is on the way and nothing has anything to do now. */
    void settle() {
        until(() -> network.isIdle() && !active.endpoint.hasWork() && !passive.endpoint.hasWork());
    }

    private void turn() {
        boolean moved = drive(active.endpoint);
        moved |= drive(passive.endpoint);
        if (moved) {
            return;
        }
        long now = network.nowNs();
        long next = now + 1_000_000_000;
        if (!network.isIdle()) {
            next = network.nextArrivalNs();
        }
        for (Endpoint endpoint : List.of(active.endpoint, passive.endpoint)) {
            long deadline = endpoint.nextDeadlineNs();
            if (deadline != Endpoint.NO_DEADLINE && deadline - next < 0) {
                next = deadline;
            }
        }
        network.advanceTo(next - now < 0 ? now : next);
    }

    private boolean drive(Endpoint endpoint) {
        int received = endpoint.receive(64, network.nowNs());
        int sent = endpoint.poll(64, network.nowNs());
        return received + sent != 0;
    }

    /** One more connection; both sides' lanes are the last of their lists. */
    void connect() {
        Lane from = active.open();
        Lane to = passive.open();
        activeLanes.add(from);
        passiveLanes.add(to);
        int asked = passive.heard.size();
        active.connect(passive, from, network.nowNs());
        until(() -> passive.heard.size() > asked);
        if (passive.accept(to, network.nowNs()) != 0) {
            throw new AssertionError("accept was refused");
        }
        int connections = activeLanes.size();
        until(() -> Collections.frequency(active.heard, "established") == connections
                && Collections.frequency(passive.heard, "established") == connections);
    }

    /** Destroys all that is left on both sides and waits until the last timewait is over. */
    void end() {
        for (SimulatedEndpoint side : List.of(active, passive)) {
            side.handles.forEach(handle -> side.endpoint.connections().destroy(handle, network.nowNs()));
            side.handles.clear();
        }
        activeLanes.forEach(active.endpoint::close);
        passiveLanes.forEach(passive.endpoint::close);
        until(() -> active.isEmpty() && passive.isEmpty());
    }

    static void send(Lane lane, long wrId) {
        SendArray array = new SendArray(1, 1);
        array.opcode[0] = WrOpcode.SEND;
        array.wrId[0] = wrId;
        mustPost(lane.queuePair().postSends(array, 0, 1, new Posted()));
        lane.ring();
    }

    static void receive(Lane lane, long wrId) {
        ReceiveArray array = new ReceiveArray(1, 1);
        array.wrId[0] = wrId;
        mustPost(lane.queuePair().postReceives(array, 0, 1, new Posted()));
    }

    private static void mustPost(int errno) {
        if (errno != 0) {
            throw new AssertionError("errno " + errno);
        }
    }
}
