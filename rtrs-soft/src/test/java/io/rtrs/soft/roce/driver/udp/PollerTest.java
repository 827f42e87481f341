package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.soft.roce.link.Peer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

@Timeout(60)
class PollerTest {
    private static final int SPINS = 1_000;

    /** A thread that is in {@link Poller#await} without limit, as far as that can be seen from outside. */
    private static CompletableFuture<Integer> waiter(Poller poller) {
        CompletableFuture<Integer> outcome = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        outcome.complete(poller.await(Poller.FOREVER));
                    } catch (Throwable e) {
                        outcome.completeExceptionally(e);
                    }
                },
                "waiter");
        thread.setDaemon(true);
        thread.start();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(poller::isWaiting);
        return outcome;
    }

    private static Poller poller(UdpDriver driver) throws Exception {
        assumeTrue(driver.missing().isEmpty(), () -> driver.missing().orElse(""));
        return driver.poller();
    }

    private static void settle(Poller poller) throws Exception {
        int outcome = poller.await(0);
        while (outcome != Poller.TIMEOUT) {
            outcome = poller.await(0);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void aWaitEndsWhenADatagramArrives(UdpDriver driver) throws Exception {
        try (UdpLink link = Loopback.open(driver);
                Poller poller = poller(driver)) {
            poller.add(link);
            settle(poller);
            CompletableFuture<Integer> outcome = waiter(poller);

            Traffic.send(link, new Peer(link.local(), 0xC000), 0, 40);
            assertThat(link.flush()).isZero();

            assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo(Poller.READY);
            new Traffic(link.local(), link.local()).await(link, 1);
            assertThat(poller.await(0)).isEqualTo(Poller.TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void aWaitEndsAtItsDeadline(UdpDriver driver) throws Exception {
        try (UdpLink link = Loopback.open(driver);
                Poller poller = poller(driver)) {
            poller.add(link);
            settle(poller);
            assertThat(poller.await(1_000_000)).isEqualTo(Poller.TIMEOUT);
            assertThat(poller.await(1)).isEqualTo(Poller.TIMEOUT);
            assertThat(poller.await(0)).isEqualTo(Poller.TIMEOUT);
            assertThat(poller.await(-5)).isEqualTo(Poller.TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void anyThreadEndsAWait(UdpDriver driver) throws Exception {
        try (Poller poller = poller(driver)) {
            CompletableFuture<Integer> outcome = waiter(poller);
            poller.wakeup();
            assertThat(outcome.get(30, TimeUnit.SECONDS) & ~Poller.WOKEN).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void aWakeUpBeforeTheWaitEndsItAndManyAreOne(UdpDriver driver) throws Exception {
        try (Poller poller = poller(driver)) {
            poller.wakeup();
            poller.wakeup();
            poller.wakeup();
            assertThat(poller.await(Poller.FOREVER)).isEqualTo(Poller.WOKEN);
            assertThat(poller.await(0)).isEqualTo(Poller.TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void noWakeUpIsLostInARaceWithWaiting(UdpDriver driver) throws Exception {
        try (Poller poller = poller(driver)) {
            int rounds = 20_000;
            CompletableFuture<Void> waker = new CompletableFuture<>();
            AtomicInteger asked = new AtomicInteger();
            AtomicInteger seen = new AtomicInteger();
            Thread thread = new Thread(
                    () -> {
                        for (int i = 1; i <= rounds; i++) {
                            asked.set(i);
                            poller.wakeup();
                            for (int spins = 0; seen.get() < i; spins++) {
                                if (spins < SPINS) {
                                    Thread.onSpinWait();
                                } else {
                                    LockSupport.parkNanos(1); // there may be one processor only
                                }
                            }
                        }
                        waker.complete(null);
                    },
                    "waker");
            thread.setDaemon(true);
            thread.start();
            while (seen.get() < rounds) {
                poller.await(Poller.FOREVER); // would hang if one was lost
                seen.set(asked.get());
            }
            waker.get(30, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void aLinkThatIsClosedWhileSomebodyWaitsEndsTheWait(UdpDriver driver) throws Exception {
        try (Poller poller = poller(driver)) {
            UdpLink link = Loopback.open(driver);
            poller.add(link);
            settle(poller);
            CompletableFuture<Integer> outcome = waiter(poller);

            link.close();

            outcome.get(30, TimeUnit.SECONDS);
            assertThat(link.facts().address().obstacle()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void closingThePollerEndsTheWaitAndLaterOnes(UdpDriver driver) throws Exception {
        Poller poller = poller(driver);
        try (UdpLink link = Loopback.open(driver)) {
            poller.add(link);
            settle(poller);
            CompletableFuture<Integer> outcome = waiter(poller);

            poller.close();
            poller.close();

            outcome.get(30, TimeUnit.SECONDS);
            assertThat(poller.await(Poller.FOREVER)).isEqualTo(Poller.WOKEN);
            poller.wakeup();
            assertThatThrownBy(() -> poller.add(link)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void aSecondWaiterIsRefused(UdpDriver driver) throws Exception {
        try (Poller poller = poller(driver)) {
            CompletableFuture<Integer> outcome = waiter(poller);

            assertThatThrownBy(() -> poller.await(0)).isInstanceOf(IllegalStateException.class);

            poller.wakeup();
            outcome.get(30, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void aLinkIsInOnePollerOfItsOwnDriver(UdpDriver driver) throws Exception {
        UdpDriver other = driver == UdpDriver.LINUX ? UdpDriver.NIO : UdpDriver.LINUX;
        try (UdpLink link = Loopback.open(driver);
                Poller own = poller(driver);
                Poller second = poller(driver);
                Poller foreign = poller(other)) {
            assertThatThrownBy(() -> foreign.add(link)).isInstanceOf(IllegalArgumentException.class);
            own.add(link);
            assertThatThrownBy(() -> second.add(link)).isInstanceOf(IllegalStateException.class);
            own.remove(link);
            own.remove(link);
            second.add(link);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void openingAndClosingLeavesNoDescriptor(UdpDriver driver) throws Exception {
        Path descriptors = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(descriptors), "no /proc");
        cycle(driver, 5); // whatever the JDK opens once
        long before = count(descriptors);

        cycle(driver, 100);

        assertThat(count(descriptors)).isLessThanOrEqualTo(before + 5); // other threads of the process
    }

    private static void cycle(UdpDriver driver, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            try (Poller poller = poller(driver);
                    UdpLink link = Loopback.open(driver)) {
                poller.add(link);
                poller.await(0);
            }
        }
    }

    private static long count(Path folder) throws Exception {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }
}
