package io.rtrs.soft.roce.driver.udp;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.verbs.VerbsException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Links on loopback addresses that nobody else has: tests may run beside each other. */
final class Loopback {
    private static final int ATTEMPTS = 100;

    private Loopback() {}

    static InetAddress address() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try {
            return InetAddress.getByAddress(new byte[] {
                127, (byte) random.nextInt(1, 255), (byte) random.nextInt(256), (byte) random.nextInt(1, 255)
            });
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A link on a free loopback address; skips the test where the driver cannot work or all addresses are taken. */
    static UdpLink open(UdpDriver driver) throws VerbsException {
        assumeTrue(driver.missing().isEmpty(), () -> driver.missing().orElse(""));
        VerbsException last = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                return driver.open(address(), LinkOptions.DEFAULT);
            } catch (VerbsException e) {
                if (e.errno() != Sockets.EADDRINUSE) {
                    throw e;
                }
                last = e;
            }
        }
        return abort("port 4791 is taken on all addresses: " + last);
    }

    /** A link on ::1. */
    static UdpLink openSix(UdpDriver driver) throws VerbsException, IOException {
        assumeTrue(driver.missing().isEmpty(), () -> driver.missing().orElse(""));
        InetAddress six = InetAddress.getByName("::1");
        String obstacle = LocalAddress.find(six)
                .flatMap(LocalAddress::obstacle)
                .or(() -> LocalAddress.all().stream().anyMatch(a -> a.address().equals(six))
                        ? Optional.empty()
                        : Optional.of("there is no ::1"))
                .orElse("");
        assumeTrue(obstacle.isEmpty(), obstacle);
        try {
            return driver.open(six, LinkOptions.DEFAULT);
        } catch (VerbsException e) {
            assumeTrue(e.errno() != Sockets.EADDRINUSE, "another process has ::1, the only IPv6 loopback address");
            throw e;
        }
    }
}
