package io.rtrs.soft.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.Device;
import io.rtrs.soft.inprocess.InProcessProvider;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

class KeyTableTest {
    private record Owner(int key) implements Keyed {}

    private static KeyTable drawing(int... drawn) {
        PrimitiveIterator.OfInt keys = IntStream.of(drawn).iterator();
        return new KeyTable(keys::nextInt);
    }

    @Test
    void anIndexInUseAndTheFirstAreDrawnAgain() throws Exception {
        KeyTable keys = drawing(0x7f, 0x4455_6601, 0x4455_6602, 0x4455_6703);
        assertThat(keys.reserve()).isEqualTo(0x4455_6601);
        assertThat(keys.reserve()).as("another index").isEqualTo(0x4455_6703);
    }

    @Test
    void whatIsReleasedIsNotFoundAndMayBeDrawnAgain() throws Exception {
        KeyTable keys = drawing(0x100, 0x1_0100, 0x155);
        Owner first = new Owner(keys.reserve());
        Owner second = new Owner(keys.reserve()); // of the same chain
        keys.put(first.key, first);
        keys.put(second.key, second);
        keys.release(first.key);
        assertThat(keys.find(first.key)).isNull();
        assertThat(keys.find(second.key)).isSameAs(second);
        assertThat(keys.reserve()).isEqualTo(0x155);
    }

    @Test
    void manyAreFoundByTheirIndex() throws Exception {
        KeyTable keys = new KeyTable(new Random(5)::nextInt);
        List<Owner> owners = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            Owner owner = new Owner(keys.reserve());
            owners.add(owner);
            keys.put(owner.key, owner);
        }
        for (int i = 0; i < owners.size(); i += 2) {
            keys.release(owners.get(i).key);
        }
        for (int i = 0; i < owners.size(); i++) {
            assertThat(keys.find(owners.get(i).key ^ 0x80)).isSameAs(i % 2 == 0 ? null : owners.get(i));
        }
    }

    @Test
    void aDevicesKeysDoNotTellTheNext() throws Exception {
        Set<Integer> steps = new HashSet<>();
        Set<Integer> low = new HashSet<>();
        KeyTable keys = new Device(new InProcessProvider(), "device", 1, false, false).keys;
        int last = keys.reserve();
        for (int i = 0; i < 1000; i++) {
            int next = keys.reserve();
            steps.add(next - last);
            low.add(next & 0xff);
            last = next;
        }
        assertThat(steps).as("differences of 1001 keys").hasSizeGreaterThan(990);
        assertThat(low).as("values of the low eight bits").hasSizeGreaterThan(200);
    }
}
