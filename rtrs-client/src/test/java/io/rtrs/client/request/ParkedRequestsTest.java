package io.rtrs.client.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.error.Errno;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** What is parked goes to a path or fails, the oldest first, and once. */
class ParkedRequestsTest {
    private static final long BOUND_NS = 100;
    private static final int A = 1;
    private static final int B = 2;
    private static final PathLimits LIMITS = new PathLimits(4, 4096, 1024, 8192, true);

    private int told;
    private final ParkedRequests parked = new ParkedRequests(BOUND_NS, () -> told++);
    private final PermitPool permits = new PermitPool(4);
    private final RequestTable requests = new RequestTable(4);
    private final List<String> called = new ArrayList<>();

    private Request claim(int length) {
        PermitSlot permit = permits.tryGet(ConnectionType.IO);
        if (permit == null) {
            throw new AssertionError("too many requests for this test");
        }
        Request request = requests.of(permit);
        request.claim();
        request.ask(
                Direction.WRITE, permit, (held, status) -> called.add(held.id() + " " + status), null, 0, length, null);
        return request;
    }

    private static MemorySegment header(int value) {
        return MemorySegment.ofArray(new byte[] {(byte) value});
    }

    private Request park(long nowNs) {
        Request request = claim(0);
        assertThat(parked.park(request, header(request.id), LIMITS, nowNs)).isZero();
        return request;
    }

    /** A request that a path has, under its tag, and then lets go. */
    private Request letGo(int tag) {
        Request request = claim(0);
        request.begin(tag);
        request.activate();
        request.posted();
        assertThat(request.letGo(tag)).isEqualTo(Request.LetGo.HELD);
        return request;
    }

    private static void callBack(List<Request> due) {
        due.forEach(Request::callBack);
    }

    private static int carry(Request request, int tag) {
        request.begin(tag);
        request.activate();
        request.posted();
        return 0;
    }

    @Test
    void aParkedRequestIsBusyAndNobodyElseMayHaveIt() {
        Request request = park(0);
        assertThat(request.isBusy()).isTrue();
        assertThat(request.letGo(A)).isEqualTo(Request.LetGo.NOTHING);
        assertThat(parked.isEmpty()).isFalse();
    }

    @Test
    void theOldestGoesFirstWithAHeaderOfItsOwn() {
        List<String> given = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Request request = claim(0);
            MemorySegment header = header(i);
            assertThat(parked.park(request, header, LIMITS, i)).isZero();
            header.fill((byte) 99);
        }
        List<Request> due = parked.give((request, header) -> {
            given.add(request.id + " " + header.get(ValueLayout.JAVA_BYTE, 0));
            return carry(request, A);
        });
        assertThat(due).isEmpty();
        assertThat(given).containsExactly("0 0", "1 1", "2 2");
        assertThat(parked.isEmpty()).isTrue();
        assertThat(parked.expire(1000)).isEmpty();
    }

    @Test
    void whatNoPathTakesStaysInItsPlaceAndKeepsItsTime() {
        Request first = park(10);
        Request second = park(20);
        Request third = park(30);
        assertThat(parked.give((request, header) -> request == second ? carry(request, A) : -Errno.ECONNABORTED))
                .isEmpty();
        assertThat(parked.nextDeadlineNs()).isEqualTo(10 + BOUND_NS);
        Request fourth = park(40);
        List<Request> given = new ArrayList<>();
        assertThat(parked.give((request, header) -> {
                    given.add(request);
                    return -Errno.ECONNABORTED;
                }))
                .isEmpty();
        assertThat(given).containsExactly(first, third, fourth);
        assertThat(parked.expire(30 + BOUND_NS)).containsExactly(first, third);
    }

    /** A caller that finds no path while what waits is given to one. */
    @Test
    void whatIsParkedMeanwhileComesAfterWhatStays() {
        Request first = park(10);
        List<Request> second = new ArrayList<>();
        parked.give((request, header) -> {
            second.add(park(20));
            return -Errno.ECONNABORTED;
        });
        assertThat(parked.nextDeadlineNs()).isEqualTo(10 + BOUND_NS);
        List<Request> all = parked.expire(1000);
        assertThat(all).containsExactly(first, second.getFirst());
    }

    @Test
    void itFailsAtTheBoundAndNotBefore() {
        assertThat(parked.nextDeadlineNs()).isEqualTo(ControlHandler.NO_DEADLINE);
        Request request = park(10);
        assertThat(parked.expire(10 + BOUND_NS - 1)).isEmpty();
        List<Request> due = parked.expire(10 + BOUND_NS);
        assertThat(due).containsExactly(request);
        assertThat(request.isBusy()).isTrue(); // until it is called back
        callBack(due);
        assertThat(called).containsExactly("0 " + Status.CONNECTION_ABORTED);
        assertThat(request.isBusy()).isFalse();
        assertThat(parked.expire(1000)).isEmpty();
        assertThat(parked.nextDeadlineNs()).isEqualTo(ControlHandler.NO_DEADLINE);
    }

    @Test
    void oneThatAPathStillHoldsIsCalledBackByThatPathsEnd() {
        Request request = letGo(A);
        assertThat(parked.parkAgain(request, header(0), 0)).isZero();
        assertThat(parked.expire(BOUND_NS)).isEmpty();
        assertThat(request.isBusy()).isTrue();
        assertThat(request.release()).isTrue();
        request.callBack();
        assertThat(called).containsExactly("0 " + Status.CONNECTION_ABORTED);
    }

    @Test
    void oneThatItsPathHasLeftInPeaceIsCalledBackAtTheBound() {
        Request request = letGo(A);
        assertThat(parked.parkAgain(request, header(0), 0)).isZero();
        assertThat(request.release()).isFalse();
        List<Request> due = parked.expire(BOUND_NS);
        assertThat(due).containsExactly(request);
        callBack(due);
        assertThat(called).containsExactly("0 " + Status.CONNECTION_ABORTED);
    }

    @Test
    void oneThatIsHeldMayBeCarriedByAnotherPathMeanwhile() {
        Request request = letGo(A);
        assertThat(parked.parkAgain(request, header(0), 0)).isZero();
        assertThat(parked.give((given, header) -> carry(given, B))).isEmpty();
        assertThat(request.takeAnswered(B, 0)).isEqualTo(Request.Taken.HELD);
        assertThat(request.release()).isTrue();
        request.callBack();
        assertThat(called).containsExactly("0 " + Status.OK);
    }

    @Test
    void whatIsRefusedForGoodOrThrowsEndsAndKeepsNoOtherFromItsPath() {
        Request first = park(0);
        Request second = park(0);
        Request third = park(0);
        List<Request> due = parked.give((request, header) -> {
            if (request == first) {
                return -Errno.EMSGSIZE;
            }
            if (request == second) {
                throw new IllegalStateException("for the test");
            }
            return carry(request, A);
        });
        assertThat(due).containsExactly(first, second);
        callBack(due);
        assertThat(called).containsExactly("0 " + Status.TOO_LONG, "1 " + Status.IO_ERROR);
        assertThat(third.isCarriedBy(A)).isTrue();
    }

    /** Not even what nobody could expect to be thrown, in the middle of those that stay. */
    @Test
    void whateverIsThrownNoRequestIsLost() {
        Request first = park(10);
        Request second = park(20);
        Request third = park(30);
        Request fourth = park(40);
        List<Request> due = parked.give((request, header) -> {
            if (request == second) {
                throw sneaky(new InterruptedException("for the test"));
            }
            return request == fourth ? carry(request, A) : -Errno.ECONNABORTED;
        });
        assertThat(due).containsExactly(second);
        assertThat(fourth.isCarriedBy(A)).isTrue();
        assertThat(parked.size()).isEqualTo(2);
        assertThat(parked.expire(10 + BOUND_NS)).containsExactly(first);
        assertThat(parked.expire(30 + BOUND_NS)).containsExactly(third);
        assertThat(parked.counts()).isEqualTo(new ParkedRequests.Counts(4, 1, 2));
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void closingFailsAllAndLetsNoneInAfterThat() {
        Request first = park(0);
        Request held = letGo(A);
        assertThat(parked.parkAgain(held, header(0), 1)).isZero();
        List<Request> due = parked.close();
        assertThat(due).containsExactly(first);
        callBack(due);
        assertThat(held.release()).isTrue();
        held.callBack();
        assertThat(called).containsExactly("0 " + Status.CONNECTION_ABORTED, "1 " + Status.CONNECTION_ABORTED);
        Request late = claim(0);
        assertThat(parked.park(late, header(0), LIMITS, 0)).isEqualTo(-Errno.ECONNABORTED);
        assertThat(parked.parkAgain(late, header(0), 0)).isEqualTo(-Errno.ECONNABORTED);
        assertThat(parked.close()).isEmpty();
        assertThat(told).isOne(); // of the first, and of no other
    }

    @Test
    void whatNoPathCouldCarryIsNotParked() {
        assertThat(parked.park(claim(LIMITS.maxIoSize() + 1), header(0), LIMITS, 0))
                .isEqualTo(-Errno.EMSGSIZE);
        MemorySegment longHeader = MemorySegment.ofArray(new byte[LIMITS.maxHeaderSize()]);
        assertThat(parked.park(claim(0), longHeader, LIMITS, 0)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(parked.isEmpty()).isTrue();
    }

    @Test
    void withoutABoundNothingIsParked() {
        ParkedRequests none = new ParkedRequests(0, () -> told++);
        Request request = claim(LIMITS.maxIoSize() + 1);
        assertThat(none.park(request, header(0), LIMITS, 0)).isEqualTo(-Errno.ECONNABORTED);
        assertThat(none.parkAgain(request, header(0), 0)).isEqualTo(-Errno.ECONNABORTED);
    }
}
