package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.soft.roce.driver.udp.UdpDriver;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several completion queues at one address: with sockets of their own where the driver can, and with one where it cannot. */
@Timeout(300)
@SuppressWarnings("EnumOrdinal") // to count
class ShardsOnSocketsTest {
    private static final int CONNECTIONS = 4;
    private static final int MESSAGES = 2_000;

    @AfterEach
    void forgetTheDriver() {
        System.clearProperty(UdpDriver.PROPERTY);
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void manyWaitAtOneAddressAndNoneIsForgotten(UdpDriver driver) throws Exception {
        assumeTrue(driver.missing().isEmpty());
        System.setProperty(UdpDriver.PROPERTY, driver.toString());
        try (TwoNodes nodes = new TwoNodes(InetAddress.ofLiteral("127.71.5." + (10 + driver.ordinal())));
                ExecutorService threads = Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().daemon().factory())) {
            for (int i = 0; i < CONNECTIONS; i++) {
                nodes.connect();
            }
            List<Callable<Boolean>> talks = new ArrayList<>();
            for (int i = 0; i < 2 * CONNECTIONS; i += 2) {
                Node.End from = nodes.more.get(i);
                Node.End to = nodes.more.get(i + 1);
                talks.add(() -> {
                    for (int message = 0; message < MESSAGES; message++) {
                        TwoNodes.send(from, to, message);
                        TwoNodes.send(to, from, message);
                    }
                    return true;
                });
            }
            for (Future<Boolean> talk : threads.invokeAll(talks)) {
                assertThat(talk.get()).isTrue();
            }
        }
    }

    @Test
    void theSocketsGoWithTheAddressAndAnotherProcessIsRefusedMeanwhile() throws Exception {
        assumeTrue(UdpDriver.LINUX.missing().isEmpty());
        InetAddress address = InetAddress.ofLiteral("127.71.5.2");
        try (TwoNodes nodes = new TwoNodes(address)) {
            for (int i = 0; i < CONNECTIONS; i++) {
                nodes.connect();
            }
            assertThat(socketsAt(address, 4791)).isEqualTo(CONNECTIONS + 1);
            Node second = new Node();
            assertThatThrownBy(() -> second.reusing(new InetSocketAddress(address, 7)))
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EADDRINUSE))
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(socketsAt(address, 4791)).isZero());
    }

    /** UDP sockets that are bound there, by the kernel's list. */
    private static long socketsAt(InetAddress address, int port) throws IOException {
        byte[] a = address.getAddress();
        String local = String.format("%02X%02X%02X%02X:%04X", a[3], a[2], a[1], a[0], port);
        try (var lines = Files.lines(Path.of("/proc/net/udp"))) {
            return lines.filter(line -> line.trim().split("\\s+")[1].equals(local))
                    .count();
        }
    }
}
