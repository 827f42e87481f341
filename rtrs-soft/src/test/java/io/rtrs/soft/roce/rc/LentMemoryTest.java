package io.rtrs.soft.roce.rc;

import static io.rtrs.soft.roce.rc.Connection.SIGNALED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.memory.Region;
import io.rtrs.soft.roce.rc.QpAttributes.Patience;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;

/**
 * Memory that packets borrow is given back before its work request is told to be over, whatever ends that between the
 * packets and their flush (docs/decisions/0009-sent-from-where-it-is.md).
 */
class LentMemoryTest extends RequesterScene {
    private static final int TURN = 16;
    private static final int LENGTH = 2 * TURN * 4096;

    @BeforeEach
    void borrow() {
        borrow(new Patience(14, 7, 7, 12));
    }

    private void borrow(Patience patience) {
        Connection.Setup setup = new Connection.Setup();
        setup.mtu = 4096;
        setup.memory = isA -> Arena.ofAuto().allocate(LENGTH, 8);
        setup.limits = new QpAttributes.Limits(4, 256, 256, 64);
        setup.patience = patience;
        use(setup);
        a.borrows = true;
    }

    /** Two WRITEs are posted, packets of the first are written, and the link has not sent them yet. */
    private void lend() {
        c.write(1, 0, LENGTH);
        c.write(2, 0, 4096);
        turn();
        assertThat(a.borrowed).isPositive();
        assertThat(a.sends).isEmpty();
    }

    /** A turn among several before one flush. */
    private void turn() {
        a.qp.poll(a, TURN, c.nowNs);
    }

    private void assertAllFailedAfterTheirMemoryWasBack(int status) {
        assertThat(End.Done.ids(a.sends)).containsExactly(1L, 2L);
        assertThat(End.Done.statuses(a.sends)).containsExactly(status, Status.WR_FLUSH_ERR);
        assertThat(a.toldTooEarly).isEmpty();
    }

    @Test
    void theKeyOfAPeersReadDiesBetweenTurns() throws Exception {
        Region read = a.register(a.region.memory, End.ALL_ACCESS);
        c.b.remote(read.base, read.fixedKey).post(WrOpcode.RDMA_READ, SIGNALED, 9, 0, LENGTH);
        c.network = (fromA, packet, delivery) -> c.deliver(a, packet);
        c.b.drain(c.nowNs);
        c.network = (fromA, packet, delivery) -> {};
        lend();
        a.keys.release(read.fixedKey);
        turn();
        assertAllFailedAfterTheirMemoryWasBack(Status.WR_FLUSH_ERR);
    }

    @Test
    void thePatienceIsOverBetweenTurns() {
        borrow(new Patience(14, 0, 7, 12));
        lend();
        c.nowNs = a.qp.nextDeadlineNs();
        turn();
        assertAllFailedAfterTheirMemoryWasBack(Status.RETRY_EXC_ERR);
    }

    @Test
    void itsMemoryIsDeregisteredInTheMiddleOfATurn() {
        int[] packets = {0};
        c.network = (fromA, packet, delivery) -> {
            if (++packets[0] == 3) {
                a.keys.release(a.region.fixedKey);
            }
        };
        c.write(1, 0, LENGTH);
        c.write(2, 0, 4096);
        turn();
        assertThat(packets[0]).isEqualTo(3);
        assertAllFailedAfterTheirMemoryWasBack(Status.LOC_PROT_ERR);
    }

    @Test
    void theConnectionEnds() {
        lend();
        a.qp.toError();
        assertAllFailedAfterTheirMemoryWasBack(Status.WR_FLUSH_ERR);
    }

    /** It tells nothing, so whoever destroyed it knows at once. */
    @Test
    void itIsDestroyed() {
        lend();
        a.qp.reset();
        assertThat(a.borrowed).isZero();
        assertThat(a.sends).isEmpty();
    }
}
