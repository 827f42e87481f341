package io.rtrs.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;

class AddressesTest {
    private static final int NO_SUCH_INTERFACE = 987_654_321;

    private static InetAddress linkLocal(int interfaceIndex) throws Exception {
        byte[] bytes = InetAddress.getByName("fe80::77").getAddress();
        return Inet6Address.getByAddress(null, bytes, interfaceIndex);
    }

    @Test
    void aLinkLocalAddressHasTheNameOfItsInterface() throws Exception {
        NetworkInterface any = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
        InetAddress address = linkLocal(any.getIndex());
        assertThat(Addresses.text(address)).isEqualTo("fe80::77%" + any.getName());
        assertThat(Addresses.text(new InetSocketAddress(address, 1234)))
                .isEqualTo("fe80::77%" + any.getName() + " port 1234");
        assertThat(Addresses.path(address)).isEqualTo("ip:fe80::77%" + any.getName());
    }

    @Test
    void onAnotherMachineTheInterfaceHasAnotherName() throws Exception {
        assertThat(Addresses.there(linkLocal(1))).isEqualTo("fe80::77%INTERFACE");
        assertThat(Addresses.there(InetAddress.getByName("10.9.0.1"))).isEqualTo("10.9.0.1");
    }

    @Test
    void anInterfaceThatHasGoneIsItsNumber() throws Exception {
        assertThat(Addresses.text(linkLocal(NO_SUCH_INTERFACE))).isEqualTo("fe80::77%" + NO_SUCH_INTERFACE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.9.0.1", "fd09::1", "::1", "fe80::77"})
    void anAddressWithoutAnInterfaceStandsByItself(String address) throws Exception {
        assertThat(Addresses.text(InetAddress.getByName(address))).isEqualTo(address);
    }

    @Test
    void aGlobalAddressNeedsNoInterface() throws Exception {
        byte[] bytes = InetAddress.getByName("fd09::1").getAddress();
        assertThat(Addresses.text(Inet6Address.getByAddress(null, bytes, 1))).isEqualTo("fd09::1");
    }
}
