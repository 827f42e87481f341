package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.rc.Counters;
import io.rtrs.soft.roce.rc.QueuePairCounter;
import io.rtrs.verbs.Counter;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** Every counter has a name of its own, a unit and a sentence, always in the same order. */
class DriveSnapshotTest {
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

    /** A sum's unit is what was counted; of what is as it is now, that of the measure. */
    @Test
    void theUnitIsThatOfWhatIsCounted() throws Exception {
        assertThat(described().stream().collect(Collectors.toMap(Counter::name, Counter::unit)))
                .containsEntry("received", "datagrams")
                .containsEntry("foreign", "packets")
                .containsEntry("misdirected_lost", "packets")
                .containsEntry("unreachable", "reports")
                .containsEntry("timeouts", "times")
                .containsEntry("window_least", "packets")
                .containsEntry("round_trip_most_us", "microseconds")
                .containsEntry("link_send_calls", "calls")
                .containsEntry("cm_received", "datagrams")
                .containsEntry("cm_resent", "messages")
                .containsEntry("cm_established", "connections");
    }

    @Test
    void programsFindTheNamesThatTheyAskFor() throws Exception {
        assertThat(described())
                .extracting(Counter::name)
                .contains(Counter.RETRANSMISSIONS, Counter.TIMEOUTS, Counter.RECEIVE_OVERFLOW, Counter.SOCKET_FULL)
                .contains(
                        "bad_icrc",
                        "peer_not_ready",
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
