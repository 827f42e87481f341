package io.rtrs.interop.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The emulated machine is what the other tests of the VM run take for granted. */
@Tag("vm")
class GuestTest {
    private static final Path DEVICE = Path.of("/sys/class/infiniband/rxe0");

    @Test
    void softRoceDeviceIsActive() throws IOException {
        assertThat(Files.readString(DEVICE.resolve("ports/1/state"))).contains("ACTIVE");
        assertThat(Files.readString(DEVICE.resolve("ports/1/link_layer"))).contains("Ethernet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rtrs.test.address", "rtrs.test.address6"})
    void bothAddressesAreOnAJumboInterface(String property) throws IOException {
        InetAddress address = InetAddress.getByName(System.getProperty(property));
        NetworkInterface netdev = NetworkInterface.getByInetAddress(address);
        assertThat(netdev).isNotNull();
        assertThat(netdev.getMTU()).isEqualTo(9000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rtrs-client", "rtrs-server", "rnbd-client", "rnbd-server", "brd"})
    void kernelModuleCanBeLoaded(String module) throws IOException, InterruptedException {
        Process modprobe = new ProcessBuilder("modprobe", "--dry-run", "--verbose", module)
                .redirectErrorStream(true)
                .start();
        List<String> output = modprobe.inputReader().readAllLines();
        assertThat(modprobe.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(modprobe.exitValue()).as("modprobe said %s", output).isZero();
    }
}
