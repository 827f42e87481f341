package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What an interface carries while its MTU changes. */
class CarriedMtuTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private Optional<LocalAddress> machine = Optional.of(at(9000));
    private int looks;
    private final CarriedMtu carried = new CarriedMtu(
            at(9000),
            address -> {
                looks++;
                return machine;
            },
            0);

    private static LocalAddress at(int netdevMtu) {
        return new LocalAddress(
                InetAddress.ofLiteral("10.9.0.1"), "eth0", netdevMtu, LocalAddress.pathMtu(netdevMtu), true);
    }

    @Test
    void aChangeIsSeenASecondLaterAtTheLatest() {
        machine = Optional.of(at(1500));
        assertThat(carried.pathMtu(SECOND - 1)).isEqualTo(4096);
        assertThat(looks).isZero();
        assertThat(carried.pathMtu(SECOND)).isEqualTo(1024);
        machine = Optional.of(at(4200));
        assertThat(carried.pathMtu(2 * SECOND - 1)).isEqualTo(1024);
        assertThat(carried.pathMtu(2 * SECOND)).isEqualTo(4096);
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void anAddressThatIsGoneOrAnInterfaceThatCarriesNothingLeavesWhatWasKnown() {
        machine = Optional.empty();
        assertThat(carried.pathMtu(SECOND)).isEqualTo(4096);
        machine = Optional.of(at(300));
        assertThat(carried.pathMtu(2 * SECOND)).isEqualTo(4096);
    }

    @Test
    void aPacketThatIsTooLongMakesItLookAgainToo() {
        machine = Optional.of(at(1500));
        carried.onTooLong(SECOND);
        assertThat(looks).isOne();
        assertThat(carried.pathMtu(SECOND)).isEqualTo(1024);
    }
}
