package io.rtrs.verbs.softroce.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.verbs.Counter;
import io.rtrs.verbs.softroce.rc.Counters;
import io.rtrs.verbs.softroce.rc.QueuePairCounter;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Every counter has a name of its own, a unit and a sentence, always in the same order. */
class CounterListTest {
    private static List<Counter> described() throws Exception {
        InetAddress address =
                InetAddress.ofLiteral("127." + ThreadLocalRandom.current().nextInt(2, 128) + "."
                        + ThreadLocalRandom.current().nextInt(256) + ".77");
        try (TwoNodes nodes = new TwoNodes(address)) {
            nodes.send(1); // after which the round trip is known
            return List.copyOf(nodes.client.provider.counters().values().keySet());
        }
    }

    @Test
    void namesAreIdentifiersAndMeaningsSentences() throws Exception {
        List<Counter> counters = described();
        assertThat(counters)
                .isNotEmpty()
                .allSatisfy(counter -> assertThat(counter.name()).matches("[a-z][a-z0-9]*(_[a-z0-9]+)*"))
                .allSatisfy(counter -> assertThat(counter.unit()).isNotBlank())
                .allSatisfy(counter -> assertThat(counter.meaning()).endsWith("."));
        assertThat(counters).extracting(Counter::name).doesNotHaveDuplicates();
        assertThat(described()).isEqualTo(counters);
    }

    @Test
    void programsFindTheNamesThatTheyAskFor() throws Exception {
        assertThat(described())
                .extracting(Counter::name)
                .contains(Counter.RETRANSMISSIONS, Counter.TIMEOUTS, Counter.RECEIVE_OVERFLOW, Counter.SOCKET_FULL)
                .contains(
                        "bad_icrc",
                        "link_packets_refused",
                        "link_truncated",
                        "misdirected_lost",
                        "drive_naps"); // which the command line shows
    }

    @Test
    void whateverAQueuePairCountsIsDescribed() {
        // In nanoseconds: the round trip, which is told as the least and the most, and what only errors are about.
        long counted = Arrays.stream(Counters.class.getFields())
                .filter(field -> field.getType() == long.class && !Modifier.isStatic(field.getModifiers()))
                .filter(field -> !field.getName().endsWith("Ns"))
                .count();
        assertThat(Arrays.stream(QueuePairCounter.values()).filter(counter -> counter.kind() == Counter.Kind.TOTAL))
                .hasSize((int) counted);
    }
}
