package io.rtrs.soft.roce.cm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.PrivateData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Two managers with moody consumers over a network that loses, repeats and overtakes, in virtual time; thousands of
 * schedules, each from its seed. Both ends must agree when it has calmed down, and nothing may be left when all is over.
 */
class SwarmTest {
    private static final int SCHEDULES = 1000;
    private static final long MS = 1_000_000;
    private static final int PORT = 9;

    /** Something that happens later. */
    private record Later(long atNs, long order, Runnable what) {}

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4})
    void both_ends_agree_and_nothing_is_left(long block) { // spec/rocev2.md 18.68, 18.74, 18.75
        Set<String> happened = new TreeSet<>();
        for (long seed = block * SCHEDULES; seed < (block + 1) * SCHEDULES; seed++) {
            World world = new World(seed);
            try {
                world.play();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("schedule " + seed, e);
            }
            world.tell(happened);
        }
        assertThat(happened)
                .contains("CONNECT_REQUEST", "DISCONNECTED", "ESTABLISHED", "REJECTED", "TIMEWAIT_EXIT")
                .contains("DUPLICATE_REQUESTS", "IGNORED", "RESENT", "UNKNOWN_ID");
    }

    /** One side: its manager, and what its consumer knows. */
    private static final class Side {
        final Node node;
        final Map<Long, List<String>> heard = new HashMap<>();
        final Set<Long> alive = new HashSet<>();
        final Map<Long, Integer> peerQpn = new HashMap<>();
        final Map<Long, Integer> qpn = new HashMap<>();

        Side(Node node) {
            this.node = node;
        }
    }

    private static final class World {
        final SplittableRandom random;
        final PriorityQueue<Later> agenda =
                new PriorityQueue<>(Comparator.comparingLong(Later::atNs).thenComparingLong(Later::order));
        final Side left = new Side(new Node(TwoNodes.identity(1, 0xFFFF_FFF0)));
        final Side right = new Side(new Node(TwoNodes.identity(2, 0x10)));
        final int lossPercent;
        final int repeatPercent;
        final long delayNs;
        final boolean sociable;
        boolean healed;
        boolean closing;
        long nowNs;
        long order;
        int nextQpn = 0x100;

        World(long seed) {
            random = new SplittableRandom(seed);
            lossPercent = random.nextInt(21);
            repeatPercent = random.nextInt(31);
            delayNs = 1 + random.nextLong(300 * MS);
            sociable = random.nextBoolean();
            nowNs = random.nextLong();
        }

        void play() {
            assertThat(left.node.cm.listen(PORT, true, 0)).isPositive();
            assertThat(right.node.cm.listen(PORT, false, 0)).isPositive();
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                boolean fromLeft = random.nextInt(4) != 0;
                later(random.nextLong(2000 * MS), () -> connect(fromLeft ? left : right, fromLeft ? right : left));
            }
            run(nowNs + 40_000 * MS);
            healed = true;
            run(nowNs + 80_000 * MS);
            bothEndsAgree(left, right);
            bothEndsAgree(right, left);
            closing = true;
            for (Side side : List.of(left, right)) {
                for (long id : List.copyOf(side.alive)) {
                    later(random.nextLong(1000 * MS), () -> destroy(side, id));
                }
            }
            run(nowNs + 120_000 * MS);
            nothingIsLeft(left);
            nothingIsLeft(right);
        }

        /** What consumers heard and what was counted, so that a schedule in which nothing happens is not taken for proof. */
        void tell(Set<String> happened) {
            for (Side side : List.of(left, right)) {
                side.heard.values().forEach(happened::addAll);
                for (CmCounter counter : CmCounter.values()) {
                    if (side.node.cm.counter(counter) != 0) {
                        happened.add(counter == CmCounter.ESTABLISHED ? "counted" : counter.name());
                    }
                }
            }
        }

        private void run(long untilNs) {
            while (true) {
                act();
                long next = untilNs;
                Later first = agenda.peek();
                if (first != null) {
                    next = earlier(next, first.atNs);
                }
                for (Side side : List.of(left, right)) {
                    long deadline = side.node.cm.nextDeadlineNs();
                    next = deadline == ConnectionManager.NO_DEADLINE ? next : earlier(next, deadline);
                }
                nowNs = next;
                if (next == untilNs) {
                    return;
                }
                while (!agenda.isEmpty() && agenda.element().atNs - nowNs <= 0) {
                    agenda.remove().what.run();
                }
                left.node.cm.poll(10, nowNs);
                right.node.cm.poll(10, nowNs);
            }
        }

        private static long earlier(long one, long other) {
            return one - other < 0 ? one : other;
        }

        private void later(long delay, Runnable what) {
            agenda.add(new Later(nowNs + delay, order++, what));
        }

        /** Hands packets to the network and events to the consumers. */
        private void act() {
            for (Side side : List.of(left, right)) {
                Side other = side == left ? right : left;
                while (!side.node.outbox.isEmpty()) {
                    transmit(side, other, side.node.sent().mad());
                }
                while (!side.node.events.isEmpty()) {
                    react(side, side.node.heard());
                }
                if (!side.node.outbox.isEmpty()) {
                    act();
                }
            }
        }

        private void transmit(Side from, Side to, MemorySegment mad) {
            int copies = !healed && random.nextInt(100) < lossPercent ? 0 : 1;
            if (!healed && random.nextInt(100) < repeatPercent) {
                copies++;
            }
            for (int i = 0; i < copies; i++) {
                later(1 + random.nextLong(delayNs), () -> to.node.deliver(mad, from.node.gid, nowNs));
            }
        }

        private void connect(Side from, Side to) {
            int qpn = nextQpn++;
            ConnectParameters wish = new ConnectParameters(
                    to.node.gid, PORT, 1, qpn, random.nextInt(), 1024, 0, 0, 7, 7, 17, false, PrivateData.EMPTY);
            long id = from.node.cm.connect(wish, nowNs);
            from.alive.add(id);
            from.qpn.put(id, qpn);
        }

        private void react(Side side, Node.Heard event) {
            long id = event.connection();
            assertThat(side.alive.contains(id) || event.what().equals("CONNECT_REQUEST"))
                    .as("nothing is heard after destroy: %s", event)
                    .isTrue();
            List<String> story = side.heard.computeIfAbsent(id, made -> new ArrayList<>());
            assertThat(story).as("%s comes once", event.what()).doesNotContain(event.what());
            story.add(event.what());
            switch (event.what()) {
                case "CONNECT_REQUEST" -> {
                    side.alive.add(id);
                    side.peerQpn.put(
                            id, Objects.requireNonNull(side.node.lastRequest).peerQpn());
                    later(random.nextLong(3000 * MS), () -> decide(side, id));
                }
                case "ESTABLISHED" -> {
                    if (!sociable && random.nextBoolean()) {
                        later(random.nextLong(3000 * MS), () -> leave(side, id));
                    }
                }
                case "DISCONNECTED" -> later(random.nextLong(2000 * MS), () -> leave(side, id));
                case "REJECTED", "UNREACHABLE" -> later(random.nextLong(2000 * MS), () -> destroy(side, id));
                default -> assertThat(event.what()).isEqualTo("TIMEWAIT_EXIT");
            }
        }

        private void decide(Side side, long id) {
            if (!side.alive.contains(id)) {
                return;
            }
            switch (closing ? 9 : random.nextInt(10)) {
                case 0 -> side.node.cm.reject(id, PrivateData.EMPTY, nowNs);
                case 9 -> destroy(side, id);
                default -> {
                    int qpn = nextQpn++;
                    if (side.node.cm.accept(id, TwoNodes.with(qpn), nowNs) == 0) {
                        side.qpn.put(id, qpn);
                    }
                }
            }
            if (closing) {
                destroy(side, id);
            }
        }

        private void leave(Side side, long id) {
            if (random.nextInt(4) == 0) {
                destroy(side, id);
            } else if (side.alive.contains(id)) {
                side.node.cm.disconnect(id, nowNs);
            }
        }

        private void destroy(Side side, long id) {
            if (side.alive.remove(id)) {
                assertThat(side.node.cm.destroy(id, nowNs)).isZero();
            }
        }

        /** What one side holds for established, the other side does, with the same two queue pairs. */
        private static void bothEndsAgree(Side one, Side other) {
            for (long id : one.alive) {
                ConnectionState state = one.node.cm.state(id);
                assertThat(state).isIn(ConnectionState.ESTABLISHED, ConnectionState.CLOSED);
                if (state != ConnectionState.ESTABLISHED) {
                    continue;
                }
                int qpn = Objects.requireNonNull(one.qpn.get(id));
                int peer = Objects.requireNonNull(one.node.connected.get(qpn)).destinationQpn();
                assertThat(Objects.requireNonNull(other.node.connected.get(peer))
                                .destinationQpn())
                        .isEqualTo(qpn);
                List<Long> found = other.alive.stream()
                        .filter(candidate -> Objects.equals(other.qpn.get(candidate), peer))
                        .toList();
                assertThat(found).hasSize(1);
                assertThat(other.node.cm.state(found.getFirst())).isEqualTo(ConnectionState.ESTABLISHED);
            }
        }

        private static void nothingIsLeft(Side side) {
            assertThat(side.alive).isEmpty();
            assertThat(side.node.cm.entries()).isZero();
            assertThat(side.node.cm.halfOpen()).isZero();
            assertThat(side.node.cm.nextDeadlineNs()).isEqualTo(ConnectionManager.NO_DEADLINE);
            assertThat(side.node.freed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(side.qpn.values());
        }
    }
}
