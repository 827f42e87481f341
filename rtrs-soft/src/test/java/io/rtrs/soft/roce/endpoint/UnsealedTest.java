package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.link.SimulatedNetwork;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;

/** docs/decisions/0008-no-icrc-at-home.md */
class UnsealedTest {
    private final World world = World.perfect();

    /** Packets of queue pairs and of management, with and without ICRC. */
    private int sealed;

    private int unsealed;
    private int sealedMads;
    private int unsealedMads;

    @BeforeEach
    void look() {
        world.network.filter((source, destination, memory, offset, length) -> {
            boolean zero = icrc(memory, offset, length) == 0;
            if (Bth.destQp(memory, offset) == Bth.CM_QPN) {
                sealedMads += zero ? 0 : 1;
                unsealedMads += zero ? 1 : 0;
            } else {
                sealed += zero ? 0 : 1;
                unsealed += zero ? 1 : 0;
            }
            return true;
        });
    }

    private static int icrc(MemorySegment memory, long offset, int length) {
        return memory.get(Layouts.ICRC, offset + length - RoceOpcode.ICRC_SIZE);
    }

    private void exchange() {
        world.connect();
        World.receive(world.passiveLanes.get(0), 1);
        World.send(world.activeLanes.get(0), 2);
        world.until(() -> !world.active.done.isEmpty());
        assertThat(world.passive.done).containsExactly("receive 1 status 0");
        assertThat(world.active.done).containsExactly("send 2 status 0");
        assertThat(count(EndpointCounter.BAD_ICRC)).isZero();
    }

    private long count(EndpointCounter counter) {
        return world.active.endpoint.counters().get(counter)
                + world.passive.endpoint.counters().get(counter);
    }

    private void stayHere(boolean active, boolean passive) {
        if (active) {
            world.active.link.stayHere();
        }
        if (passive) {
            world.passive.link.stayHere();
        }
    }

    @Test
    void endsThatBothSaySoLeaveTheIcrcOutAndManagementNever() {
        stayHere(true, true);
        exchange();
        assertThat(sealed).isZero();
        assertThat(unsealed).isPositive();
        assertThat(count(EndpointCounter.UNSEALED)).isEqualTo(unsealed);
        assertThat(sealedMads).isPositive();
        assertThat(unsealedMads).isZero();
    }

    /** As an older version, a kernel, and a link with a network behind it. */
    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true"})
    void oneThatDoesNotSaySoIsEnoughForAnIcrc(boolean active, boolean passive) {
        stayHere(active, passive);
        exchange();
        assertThat(sealed).isPositive();
        assertThat(unsealed).isZero();
        assertThat(count(EndpointCounter.UNSEALED)).isZero();
    }

    @Test
    void managementIsCheckedAllTheSame() {
        stayHere(true, true);
        boolean[] damage = {true};
        world.network.filter((source, destination, memory, offset, length) -> {
            if (damage[0] && Bth.destQp(memory, offset) == Bth.CM_QPN) {
                damage[0] = false;
                memory.set(Layouts.ICRC, offset + length - RoceOpcode.ICRC_SIZE, 0);
            }
            return true;
        });
        world.connect();
        assertThat(count(EndpointCounter.BAD_ICRC)).isEqualTo(1);
    }

    @Test
    void aStrangersPacketWithoutIcrcIsNotThePeers() {
        stayHere(true, true);
        exchange();
        SimulatedEndpoint stranger = new SimulatedEndpoint(world.network, 3);
        Peer target = new Peer(new Peer(world.passive.link.local(), 0).address(), 0xC000, 0, /* unsealed= */ true);
        long at = stranger.link.reserve(target, Bth.SIZE + RoceOpcode.ICRC_SIZE);
        int number = world.passiveLanes.get(0).number();
        Bth.put(stranger.link.transmitMemory(), at, RoceOpcode.SEND_ONLY, false, 0, number, true, 0x654322);
        stranger.link.commit();
        stranger.link.flush();
        world.settle();
        assertThat(count(EndpointCounter.FOREIGN)).isEqualTo(1);
        assertThat(world.passive.done).hasSize(1);
    }

    @Test
    void aConnectionWithAnIcrcIsCheckedBesideOneWithout() {
        stayHere(true, true);
        exchange();
        SimulatedNetwork network = world.network;
        SimulatedEndpoint other = new SimulatedEndpoint(network, 3);
        Lane far = other.open();
        Lane near = world.passive.open();
        int asked = world.passive.heard.size();
        other.connect(world.passive, far, network.nowNs());
        while (world.passive.heard.size() == asked) {
            step(other);
        }
        assertThat(world.passive.accept(near, network.nowNs())).isZero();
        while (!other.heard.contains("established")) {
            step(other);
        }
        long unchecked = count(EndpointCounter.UNSEALED);
        World.receive(near, 3);
        World.send(far, 4);
        while (other.done.isEmpty()) {
            step(other);
        }
        assertThat(other.done).containsExactly("send 4 status 0");
        assertThat(count(EndpointCounter.UNSEALED)).isEqualTo(unchecked);
    }

    private void step(SimulatedEndpoint other) {
        long now = world.network.nowNs();
        for (SimulatedEndpoint end : new SimulatedEndpoint[] {other, world.active, world.passive}) {
            end.endpoint.receive(64, now);
            end.endpoint.poll(64, now);
        }
        world.network.advanceTo(now + 1000);
    }
}
