package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.junit.jupiter.api.Test;

class TransmitSlabTest {
    private static final RoceAddress ONE = RoceAddress.of(Gid.ofIpv4(0x7f000002));
    private static final RoceAddress OTHER = RoceAddress.of(Gid.ofIpv4(0x7f000003));

    private final TransmitSlab slab = new TransmitSlab(1 << 20, TransmitSlab.MAX_SEGMENTS);

    private int put(RoceAddress to, int length) {
        assertThat(slab.reserve(to, 0, length)).isNotEqualTo(Link.NO_ROOM);
        return slab.commit();
    }

    @Test
    void packetsOfUnequalGroupsDoNotShareACall() {
        TransmitSlab slab = new TransmitSlab(1 << 16, 64);
        slab.reserve(ONE, 3, 40);
        slab.commit();
        assertThat(slab.hasCompany(ONE, 3, 40)).isTrue();
        assertThat(slab.hasCompany(ONE, 4, 40)).isFalse();
        slab.reserve(ONE, 4, 40);
        slab.commit();
        assertThat(slab.packets()).isEqualTo(1);
        slab.remove();
        assertThat(slab.packets()).isEqualTo(1);
        assertThat(slab.hasCompany(ONE, 4, 40)).isTrue();
    }

    @Test
    void packetsOfOneLengthToOneDestinationAreOneBatchAndCounted() { // spec/rocev2.md 18.7
        assertThat(put(ONE, 1040)).isZero();
        assertThat(put(ONE, 1040)).isEqualTo(1);
        assertThat(put(RoceAddress.of(Gid.ofIpv4(0x7f000002)), 1040))
                .as("an equal address")
                .isEqualTo(2);

        assertThat(slab.packets()).isEqualTo(3);
        assertThat(slab.bytes()).isEqualTo(3 * 1040);
        assertThat(slab.segment()).isEqualTo(1040);
        assertThat(slab.queued()).isEqualTo(3);
    }

    @Test
    void aShorterPacketIsTheLastOfItsBatch() {
        put(ONE, 1040);
        assertThat(put(ONE, 20)).isEqualTo(1);
        assertThat(put(ONE, 20)).as("the next, of equal length as the last").isZero();

        assertThat(slab.packets()).isEqualTo(2);
        assertThat(slab.bytes()).isEqualTo(1060);
    }

    @Test
    void whatDoesNotStartABatchHasCompany() {
        assertThat(slab.hasCompany(ONE, 0, 20)).as("nothing is queued").isFalse();
        put(ONE, 1040);
        assertThat(slab.hasCompany(ONE, 0, 1040)).isTrue();
        assertThat(slab.hasCompany(ONE, 0, 20)).isTrue();
        assertThat(slab.hasCompany(OTHER, 0, 20)).isFalse();
        assertThat(slab.hasCompany(ONE, 0, 1044)).isFalse();
        put(ONE, 20);
        assertThat(slab.hasCompany(ONE, 0, 20)).as("after a shorter one").isFalse();
        slab.remove();
        assertThat(slab.hasCompany(ONE, 0, 20)).as("all are gone").isFalse();
    }

    @Test
    void aLongerPacketStartsABatch() {
        put(ONE, 20);
        assertThat(put(ONE, 24)).isZero();
    }

    @Test
    void anotherDestinationStartsABatch() {
        put(ONE, 20);
        assertThat(put(OTHER, 20)).isZero();
        assertThat(put(ONE, 20)).as("only the newest batch grows").isZero();

        assertThat(slab.destination()).isEqualTo(ONE);
        slab.remove();
        assertThat(slab.destination()).isEqualTo(OTHER);
    }

    @Test
    void aBatchHasNoMoreThan64Packets() {
        for (int i = 0; i < 64; i++) {
            assertThat(put(ONE, 20)).isEqualTo(i);
        }
        assertThat(put(ONE, 20)).isZero();
    }

    @Test
    void aBatchIsNoLongerThanADatagram() {
        for (int i = 0; i < 15; i++) {
            assertThat(put(ONE, 4112)).isEqualTo(i);
        }
        assertThat(put(ONE, 4112)).isZero();
        assertThat(slab.bytes()).isEqualTo(15 * 4112).isLessThanOrEqualTo(TransmitSlab.MAX_BATCH_BYTES);
    }

    @Test
    void aBatchThatTakesNoFurtherPacketOfItsLengthIsFull() {
        for (int i = 0; i < 14; i++) {
            put(ONE, 4112);
            assertThat(slab.isBatchFull()).isFalse();
        }
        put(ONE, 4112);
        assertThat(slab.isBatchFull()).isTrue();

        put(OTHER, 60_000);
        assertThat(slab.isBatchFull()).as("a shorter one may follow").isFalse();
    }

    @Test
    void withoutSegmentationEachPacketGoesAlone() {
        slab.forgoBatches(ONE);

        assertThat(put(ONE, 20)).isZero();
        assertThat(put(ONE, 20)).isZero();
    }

    @Test
    void whatOnePeersWayDoesNotCutOthersDo() {
        slab.forgoBatches(ONE);

        assertThat(put(OTHER, 20)).isZero();
        assertThat(put(OTHER, 20)).isEqualTo(1);
    }

    @Test
    void theOldestIsTriedAgainWhenTooManyAreRemembered() {
        slab.forgoBatches(ONE);
        for (int i = 0; i < 64; i++) {
            slab.forgoBatches(RoceAddress.of(new Gid(0xfd00L << 48, i)));
        }

        assertThat(put(ONE, 20)).isZero();
        assertThat(put(ONE, 20)).isEqualTo(1);
    }

    @Test
    void packetsNeverOverlap() {
        long first = slab.reserve(ONE, 0, 30);
        slab.commit();
        long second = slab.reserve(ONE, 0, 30);
        slab.commit();
        long third = slab.reserve(OTHER, 0, 30);

        assertThat(second).isEqualTo(first + 30);
        assertThat(third).isGreaterThanOrEqualTo(second + 30);
    }

    @Test
    void aFullSlabHasRoomAgainWhenAllIsSentAndNotBefore() {
        TransmitSlab small = new TransmitSlab(9000, TransmitSlab.MAX_SEGMENTS);
        assertThat(small.reserve(ONE, 0, 4000)).isZero();
        small.commit();
        assertThat(small.reserve(OTHER, 0, 4000)).isPositive();
        small.commit();

        assertThat(small.reserve(OTHER, 0, 4000)).isEqualTo(Link.NO_ROOM);
        small.remove();
        assertThat(small.reserve(OTHER, 0, 4000)).isEqualTo(Link.NO_ROOM);
        small.remove();
        assertThat(small.reserve(OTHER, 0, 4000)).isZero();
    }

    @Test
    void theTableOfBatchesIsBounded() {
        int accepted = 0;
        while (slab.reserve(accepted % 2 == 0 ? ONE : OTHER, 0, 20) != Link.NO_ROOM) {
            slab.commit();
            accepted++;
        }
        assertThat(accepted).isEqualTo(256);
    }

    @Test
    void aReservationThatIsNotCommittedIsGivenUp() {
        long first = slab.reserve(ONE, 0, 100);
        long again = slab.reserve(OTHER, 0, 100);

        assertThat(again).isEqualTo(first);
        assertThat(slab.commit()).isZero();
        assertThat(slab.queued()).isEqualTo(1);
        assertThat(slab.destination()).isEqualTo(OTHER);
    }

    @Test
    void misuseIsRefused() {
        assertThatThrownBy(slab::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> slab.reserve(ONE, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> slab.reserve(ONE, 0, 65508)).isInstanceOf(IllegalArgumentException.class);
    }
}
