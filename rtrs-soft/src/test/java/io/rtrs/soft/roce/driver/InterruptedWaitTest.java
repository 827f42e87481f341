package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.soft.roce.driver.udp.UdpDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A selector does not sleep for an interrupted thread: one that drives with it has to end, not to spin. */
@Timeout(300)
class InterruptedWaitTest {

    @Test
    void aThreadThatIsInterruptedWhileItDrivesIsToldAndTheConnectionGoesOn() throws Exception {
        System.setProperty(UdpDriver.PROPERTY, UdpDriver.NIO.toString());
        try (TwoNodes nodes = new TwoNodes(InetAddress.ofLiteral("127.71.4.1"))) {
            nodes.send(1);
            CompletableFuture<Boolean> told = new CompletableFuture<>();
            Thread waiter = Thread.ofPlatform().daemon().start(() -> {
                try {
                    nodes.passive.channel.await(-1);
                    told.complete(false);
                } catch (InterruptedIOException e) {
                    told.complete(Thread.currentThread().isInterrupted());
                } catch (IOException e) {
                    told.completeExceptionally(e);
                }
            });
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> List.of(waiter.getStackTrace()).toString().contains("NioPoller.sleep"));
            waiter.interrupt();
            assertThat(told.get(60, TimeUnit.SECONDS)).isTrue();
            nodes.send(2);
        } finally {
            System.clearProperty(UdpDriver.PROPERTY);
        }
    }
}
