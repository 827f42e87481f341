package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.roce.rc.QueuePair;
import io.rtrs.soft.roce.wire.Gid;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Two connections between two endpoints, and a stranger who bothers the passive one. The first connection is a bystander's:
 * it must always work. The second is the victim's.
 */
final class Siege {
    /** The number that the victim expects of the first request. */
    static final int EXPECTED_PSN = 0x65_4321;

    static final int REGION = 4096;
    private static final int GUARD = 4096;
    private static final byte FILL = 0x5A;
    private static final int ACCESS = IbvMr.IBV_ACCESS_LOCAL_WRITE
            | IbvMr.IBV_ACCESS_REMOTE_WRITE
            | IbvMr.IBV_ACCESS_REMOTE_READ
            | IbvMr.IBV_ACCESS_REMOTE_ATOMIC;

    final World world = World.perfect();
    final Stranger stranger = new Stranger(world.passive);
    final Gid peer = world.active.link.local();
    final Region region;
    private final MemorySegment memory = Arena.ofAuto().allocate(2 * GUARD + REGION, 8);
    private int exchanged;

    Siege() {
        memory.fill(FILL);
        try {
            int key = world.passive.domain.keys.reserve();
            region = new Region(world.passive.domain, memory.asSlice(GUARD, REGION), ACCESS, key, false);
            world.passive.domain.keys.put(key, region);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        world.connect();
        world.connect();
        bystanderGoesOn();
    }

    long nowNs() {
        return world.network.nowNs();
    }

    /** The victim's number. */
    int qpn() {
        return world.passiveLanes.get(1).number();
    }

    QueuePair.State victim() {
        return world.passiveLanes.get(1).queuePair().state();
    }

    long count(EndpointCounter counter) {
        return world.passive.endpoint.counters().get(counter);
    }

    /** Packets that the besieged endpoint sent. */
    long answers() {
        world.settle();
        return world.network.sent();
    }

    /** A message of the bystander arrives and completes. */
    void bystanderGoesOn() {
        int id = ++exchanged;
        World.receive(world.passiveLanes.get(0), id);
        World.send(world.activeLanes.get(0), id);
        String sent = "send " + id + " status 0";
        world.until(() -> world.active.done.contains(sent));
        assertThat(world.passive.done).contains("receive " + id + " status 0");
    }

    /** The victim's queue pair still does what its peer asks for. */
    void victimGoesOn() {
        World.receive(world.passiveLanes.get(1), 1_000_000);
        World.send(world.activeLanes.get(1), 1_000_000);
        world.until(() -> world.active.done.contains("send 1000000 status 0"));
        assertThat(world.passive.done).contains("receive 1000000 status 0");
    }

    /** No byte of the region or around it was written. */
    void memoryIsUntouched() {
        byte[] expected = new byte[(int) memory.byteSize()];
        Arrays.fill(expected, FILL);
        assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
    }

    /** The bystander works, and when all have gone nothing is left on either side. */
    void end() {
        bystanderGoesOn();
        memoryIsUntouched();
        world.end();
    }
}
