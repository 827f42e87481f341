package io.rtrs.soft.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;

class InterfacesTest {
    @Test
    void everyAddressOfTheLoopbackNetworkIsTheLoopbackDevices() throws IOException {
        for (String text : new String[] {"127.0.0.1", "127.9.8.7"}) {
            NetworkInterface found =
                    Interfaces.having(InetAddress.ofLiteral(text)).orElseThrow();
            assertThat(found.isLoopback()).as(text).isTrue();
        }
    }

    @Test
    void whatNoInterfaceHasIsNowhere() {
        for (String text : new String[] {"203.0.113.9", "0.0.0.0", "::", "224.0.0.1", "2001:db8::9"}) {
            assertThat(Interfaces.having(InetAddress.ofLiteral(text))).as(text).isEmpty();
        }
    }

    @Test
    void loopbackIsLeftFromLoopback() {
        InetAddress from = Interfaces.sourceFor(new InetSocketAddress("127.9.8.7", 4791));
        assertThat(from).isNotNull().matches(InetAddress::isLoopbackAddress);
    }
}
