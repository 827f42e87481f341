package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.CmCounter;
import io.rtrs.soft.roce.cm.CmLimits;
import io.rtrs.soft.roce.cm.ConnectionManager;
import io.rtrs.soft.roce.cm.Gsi;
import io.rtrs.soft.roce.cm.StrangersRequest;
import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Drep;
import io.rtrs.soft.roce.cm.message.Dreq;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.cm.message.Mra;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.cm.message.Rtu;
import io.rtrs.soft.roce.link.PcapReader;
import io.rtrs.soft.roce.rc.QueuePair;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Captures;
import io.rtrs.soft.roce.wire.Deth;
import io.rtrs.soft.roce.wire.RocePacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Management messages that nobody should send come to an endpoint where a connection is in use. */
class BadManagementTest {
    private final Siege siege = new Siege();
    private final ConnectionManager manager = siege.world.passive.endpoint.connections();

    @AfterEach
    void othersAreNotDisturbedAndNothingIsLeft() {
        siege.end();
    }

    @Test
    void messagesWithTheRightIdsFromAnotherAddressChangeNothing() { // spec/rocev2.md 18.74, 13.4
        int here = (int) (long) siege.world.passive.handles.get(1);
        int there = (int) (long) siege.world.active.handles.get(1);
        long foreign = manager.counter(CmCounter.FOREIGN);
        List<CmMessage> all = List.of(
                new Rtu(there, here, PrivateData.EMPTY),
                new Dreq(there, here, siege.qpn(), PrivateData.EMPTY),
                new Drep(there, here, PrivateData.EMPTY),
                new Mra(there, here, Mra.REP, 31, PrivateData.EMPTY),
                Rej.of(there, here, Rej.REP, 28, PrivateData.EMPTY),
                Rej.of(there, here, Rej.REP, 10, PrivateData.EMPTY));
        all.forEach(message -> siege.stranger.send(message, Stranger.ADDRESS, siege.nowNs()));
        assertThat(manager.counter(CmCounter.FOREIGN) - foreign).isEqualTo(all.size());
        assertThat(siege.world.passive.heard).noneMatch(line -> line.startsWith("disconnected"));
        assertThat(siege.victim()).isEqualTo(QueuePair.State.RTS);
        siege.victimGoesOn();
    }

    @Test
    void messagesOfThePeerThatMeanNothingNowChangeNothing() {
        int here = (int) (long) siege.world.passive.handles.get(1);
        int there = (int) (long) siege.world.active.handles.get(1);
        Rep rep = new Rep(there, here, 0, 7, 0x99, 0, 0, 0, 15, 7, false, PrivateData.EMPTY);
        List<CmMessage> all = List.of(
                new Rtu(there, here, PrivateData.EMPTY),
                rep,
                new Drep(there, here, PrivateData.EMPTY),
                new Mra(there, here, Mra.REQ, 31, PrivateData.EMPTY),
                new Dreq(there, here, siege.qpn() + 1, PrivateData.EMPTY),
                new Dreq(there + 1, here, siege.qpn(), PrivateData.EMPTY),
                Rej.of(there + 1, here, Rej.REP, 28, PrivateData.EMPTY));
        all.forEach(message -> siege.stranger.send(message, siege.peer, siege.nowNs()));
        assertThat(siege.world.passive.heard).noneMatch(line -> line.startsWith("disconnected"));
        siege.victimGoesOn();
    }

    @ParameterizedTest
    @CsvSource({"0x80010001, 1", "0, 1", "0x80010000, 2", "0x80010000, 0", "0x80010000, 0xFFFFFF"})
    void messagesOfThePeerWithAWrongQueueKeyOrFromAnotherQueuePairAreDropped(String key, int sourceQp) {
        int queueKey = Long.decode(key).intValue();
        int here = (int) (long) siege.world.passive.handles.get(1);
        int there = (int) (long) siege.world.active.handles.get(1);
        Dreq dreq = new Dreq(there, here, siege.qpn(), PrivateData.EMPTY);
        long mads = siege.count(EndpointCounter.MADS);
        long answered = siege.answers();
        for (boolean ackReq : new boolean[] {false, true}) {
            siege.stranger.send(dreq, queueKey, sourceQp, ackReq, siege.peer, siege.nowNs());
        }
        // spec/rocev2.md 18.83
        assertThat(siege.count(EndpointCounter.NO_MAD)).isEqualTo(2);
        assertThat(siege.count(EndpointCounter.MADS)).isEqualTo(mads);
        assertThat(siege.answers()).isEqualTo(answered);
        assertThat(siege.world.passive.heard).noneMatch(line -> line.startsWith("disconnected"));
        siege.victimGoesOn();
    }

    @Test
    void aWishForAnAcknowledgementInAMessageMeansNothing() {
        int asked = siege.world.passive.handles.size();
        long answered = siege.answers();
        siege.stranger.send(request(1), Deth.CM_QKEY, Bth.CM_QPN, true, Stranger.ADDRESS, siege.nowNs());
        // spec/rocev2.md 18.83: taken as one without, and not acknowledged
        assertThat(siege.world.passive.handles).hasSize(asked + 1);
        assertThat(siege.answers()).isEqualTo(answered);
        forgetAllButTwo();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void damagedCapturedMessagesOfAnyoneDoNoHarm(long seed) { // spec/rocev2.md 18.83, 18.86
        Random random = new Random(seed);
        List<byte[]> captured = captured();
        long answered = siege.answers();
        int sent = 0;
        for (int i = 0; i < 5000; i++) {
            MemorySegment mad = MemorySegment.ofArray(
                    captured.get(random.nextInt(captured.size())).clone());
            for (int flips = random.nextInt(6); flips > 0; flips--) {
                long at = random.nextInt(Mad.SIZE);
                int flipped = mad.get(ValueLayout.JAVA_BYTE, at) ^ (1 << random.nextInt(8));
                mad.set(ValueLayout.JAVA_BYTE, at, (byte) flipped);
            }
            siege.stranger.sendMad(mad, random.nextBoolean() ? siege.peer : Stranger.ADDRESS, siege.nowNs());
            sent++;
            if (i % 500 == 0) {
                siege.bystanderGoesOn();
            }
        }
        assertThat(siege.answers() - answered)
                .as("answers, with those of the bystander")
                .isLessThan(2L * sent);
        siege.victimGoesOn();
    }

    private static List<byte[]> captured() {
        List<byte[]> mads = new ArrayList<>();
        RocePacket view = new RocePacket();
        for (String name : Captures.NAMES) {
            for (PcapReader.Packet packet : Captures.read(name)) {
                if (view.wrap(packet.ip(), packet.offset(), packet.length()) == RocePacket.OK && Gsi.isMad(view)) {
                    mads.add(packet.ip().asSlice(view.payloadOffset(), Mad.SIZE).toArray(ValueLayout.JAVA_BYTE));
                }
            }
        }
        return mads;
    }

    @Test
    void aFloodOfRequestsIsBoundedAndLeavesNothing() { // spec/rocev2.md 18.86
        int rounds = 6;
        int requests = 20_000;
        long[] used = new long[rounds];
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < requests; i++) {
                int who = round * requests + i;
                siege.stranger.send(request(who), Stranger.ADDRESS, siege.nowNs());
                if (i % 4000 == 0) {
                    siege.bystanderGoesOn();
                }
            }
            assertThat(manager.halfOpen()).isEqualTo(CmLimits.DEFAULT.backlog());
            assertThat(manager.connections()).isEqualTo(2 + CmLimits.DEFAULT.backlog());
            forgetAllButTwo();
            siege.world.settle();
            used[round] = usedMemory();
        }
        assertThat(manager.counter(CmCounter.REQUESTS_DROPPED))
                .isEqualTo((long) rounds * (requests - CmLimits.DEFAULT.backlog()));
        // 60,000 requests lie between; the smaller of two, because others may use memory meanwhile.
        long left = Math.min(used[rounds - 2], used[rounds - 1]) - Math.min(used[1], used[2]);
        assertThat(left).as("bytes left").isLessThan(2_000_000);
        siege.victimGoesOn();
    }

    @Test
    void aFloodOfRequestsThatAreAcceptedEndsByItself() {
        for (int i = 0; i < 3000; i++) {
            int heard = siege.world.passive.heard.size();
            siege.stranger.send(request(i), Stranger.ADDRESS, siege.nowNs());
            if (siege.world.passive.heard.size() > heard) {
                Lane lane = siege.world.passive.open();
                siege.world.passiveLanes.add(lane);
                assertThat(siege.world.passive.accept(lane, siege.nowNs())).isZero();
            }
        }
        assertThat(manager.halfOpen()).isEqualTo(3000);
        siege.bystanderGoesOn();
        siege.world.until(() -> manager.halfOpen() == 0);
        assertThat(siege.world.passive.heard.stream().filter("unreachable"::equals))
                .hasSize(3000);
    }

    @Test
    void connectionRequestsGetThroughAgainWhenTheConsumerHasDecided() {
        for (int i = 0; i < 2000; i++) {
            siege.stranger.send(request(i), Stranger.ADDRESS, siege.nowNs());
        }
        forgetAllButTwo();
        siege.world.connect();
    }

    private void forgetAllButTwo() {
        List<Long> handles = siege.world.passive.handles;
        List<Long> strangers = handles.subList(2, handles.size());
        strangers.forEach(handle -> manager.destroy(handle, siege.nowNs()));
        strangers.clear();
        siege.world.passive.heard.removeIf(line -> line.startsWith("asked"));
        assertThat(manager.connections()).isEqualTo(2);
    }

    private static long usedMemory() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private Req request(int who) {
        return StrangersRequest.of(who, Stranger.ADDRESS, siege.world.passive.link.local(), SimulatedEndpoint.PORT);
    }
}
