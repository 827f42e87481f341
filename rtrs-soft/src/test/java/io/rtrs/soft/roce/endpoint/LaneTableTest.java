package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

class LaneTableTest {
    @Test
    void findsWhatAMapFindsAfterTenThousandComingsAndGoings() throws IOException {
        Random random = new Random(4711);
        SimulatedEndpoint here = new SimulatedEndpoint(1);
        LaneTable table = new LaneTable();
        Map<Integer, Lane> model = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            int number = 2 + random.nextInt(64);
            Lane known = model.get(number);
            if (known == null) {
                Lane made = here.unattached(number);
                table.add(made);
                model.put(number, made);
            } else if (random.nextBoolean()) {
                table.remove(known);
                model.remove(number);
            }
            int asked = 2 + random.nextInt(64);
            assertThat(table.find(asked)).isSameAs(model.get(asked));
            assertThat(table.size()).isEqualTo(model.size());
        }
    }

    @Test
    void removingAnotherLaneOfTheSameNumberChangesNothing() throws IOException {
        SimulatedEndpoint here = new SimulatedEndpoint(1);
        LaneTable table = new LaneTable();
        Lane first = here.unattached(7);
        table.add(first);
        table.remove(here.unattached(7));
        assertThat(table.find(7)).isSameAs(first);
    }
}
