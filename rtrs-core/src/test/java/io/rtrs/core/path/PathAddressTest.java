package io.rtrs.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rtrs.core.error.RtrsException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** spec/rtrs.md 4.1. */
class PathAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ip:10.9.0.1                                | ip:10.9.0.1",
                "ip:10.9.0.1@ip:10.9.0.2                    | ip:10.9.0.1@ip:10.9.0.2",
                "ip:10.9.0.1,ip:10.9.0.2                    | ip:10.9.0.1@ip:10.9.0.2",
                "ip:FD77:0:0::1@ip:fd77:0:0:0:0:0:0:2       | ip:fd77::1@ip:fd77::2",
                "ip:1:0:0:2:0:0:0:3                         | ip:1:0:0:2::3",
                "ip:1:0:2:3:4:5:6:7                         | ip:1:0:2:3:4:5:6:7",
                "ip:0:0:1:2:3:4:0:0                         | ip:::1:2:3:4:0:0",
                "ip:1:2:3:4:5:6:0:0                         | ip:1:2:3:4:5:6::",
                "ip:::                                      | ip:::",
                "ip:::1                                     | ip:::1",
                "ip:fe80::1%eth0                            | ip:fe80::1%eth0",
                "ip:fe80::1%3,ip:fe80::2%3                  | ip:fe80::1%3@ip:fe80::2%3",
                "gid:fe80::5054:ff:fe77:1                   | gid:fe80:0000:0000:0000:5054:00ff:fe77:0001",
                "gid:::ffff:10.9.0.1,gid:::ffff:10.9.0.2    "
                        + "| gid:0000:0000:0000:0000:0000:ffff:0a09:0001@gid:0000:0000:0000:0000:0000:ffff:0a09:0002",
            })
    void an_address_is_read_and_printed_in_its_normal_form(String text, String normal) throws RtrsException {
        PathAddress path = PathAddress.parse(text);
        assertThat(path).hasToString(normal);
        assertThat(PathAddress.parse(normal)).isEqualTo(path).hasSameHashCodeAs(path);
    }

    @Test
    void the_parts_are_what_they_say() throws RtrsException, UnknownHostException {
        PathAddress path = PathAddress.parse("ip:10.9.0.1@ip:fd77::2");
        assertThat(path.source()).isEqualTo(new RdmaAddress.Ip(InetAddress.ofLiteral("10.9.0.1"), null));
        assertThat(((RdmaAddress.Ip) path.destination()).address()).isInstanceOf(Inet6Address.class);
        assertThat(((RdmaAddress.Ip) path.destination()).socketAddress(1234).getPort())
                .isEqualTo(1234);
        assertThat(PathAddress.parse("ip:10.9.0.1").source()).isNull();
        assertThat(((RdmaAddress.Gid) PathAddress.parse("gid:::1").destination()).bytes())
                .endsWith(0, 1)
                .hasSize(16);
    }

    @Test
    void a_comma_separates_even_if_an_at_sign_comes_first() {
        // The '@' belongs to the source then, which makes the source bad.
        assertRefused("ip:10.9.0.1@x,ip:10.9.0.2", 22);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.9.0.1",
                "IP:10.9.0.1",
                "ip",
                "tcp:1.2.3.4",
                " ip:1.2.3.4",
                "ip:1.2.3.4@",
                "ip:1.2.3.4@x:1.2.3.4"
            })
    void an_unknown_prefix_of_the_destination_is_not_supported(String text) {
        assertRefused(text, 93);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x:1.2.3.4@ip:1.2.3.4",
                "@ip:1.2.3.4",
                ",ip:1.2.3.4",
                "1.2.3.4,ip:1.2.3.4",
                "ip:1.2.3@ip:1.2.3.4",
                "1.2.3.4@x:1.2.3.4"
            })
    void a_bad_source_is_invalid_whatever_the_destination(String text) {
        assertRefused(text, 22);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ip:",
                "ip:1.2.3",
                "ip:1.2.3.4.5",
                "ip:1.2.3.256",
                "ip:01.2.3.4",
                "ip:0x1.2.3.4",
                "ip:1.2.3.4 ",
                "ip:host.example",
                "ip:localhost",
                "ip:1:2:3:4:5:6:7",
                "ip:1:2:3:4:5:6:7:8:9",
                "ip:1::2::3",
                "ip:12345::",
                "ip:[::1]",
                "ip:fd77::1%eth0",
                "ip:1.2.3.4%eth0",
                "ip:fe80::1%",
                "ip:fe80::1%a/b",
                "ip:fe80::1%a%b",
                "ip:fe80::1%interface-too-long",
                "ip:fe80::1%9999999999",
                "ip:1.2.3.4@ip:1.2.3.4@ip:1.2.3.4",
                "gid:",
                "gid:1.2.3.4",
                "gid:fe80::1%eth0",
                "gid:xyz"
            })
    void a_bad_destination_is_invalid(String text) {
        assertRefused(text, 22);
    }

    @Test
    void a_scope_belongs_to_link_local_addresses_only() {
        InetAddress global = Inet6Address.ofLiteral("fd77::1");
        assertThatThrownBy(() -> new RdmaAddress.Ip(global, "eth0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RdmaAddress.Gid(new byte[4])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_numeric_scope_needs_no_interface_and_an_unknown_name_is_an_unknown_host()
            throws RtrsException, UnknownHostException {
        RdmaAddress.Ip numbered =
                (RdmaAddress.Ip) PathAddress.parse("ip:fe80::1%7").destination();
        Inet6Address address = (Inet6Address) numbered.socketAddress(1).getAddress();
        assertThat(address.getScopeId()).isEqualTo(7);
        RdmaAddress.Ip named =
                (RdmaAddress.Ip) PathAddress.parse("ip:fe80::1%no-such-if").destination();
        assertThatThrownBy(() -> named.socketAddress(1))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("no-such-if");
    }

    @Property
    void any_ipv4_address_comes_back(@ForAll @Size(4) byte[] bytes) throws Exception {
        InetAddress address = InetAddress.getByAddress(bytes);
        assertThat(PathAddress.parse("ip:" + address.getHostAddress()).destination())
                .isEqualTo(new RdmaAddress.Ip(address, null));
    }

    @Property
    void any_ipv6_address_comes_back(@ForAll @Size(16) byte[] bytes) throws Exception {
        InetAddress address = InetAddress.getByAddress(bytes);
        RdmaAddress.Ip ip = new RdmaAddress.Ip(address, null);
        assertThat(PathAddress.parse(ip.toString()).destination()).isEqualTo(ip);
        RdmaAddress.Gid gid = new RdmaAddress.Gid(bytes);
        assertThat(PathAddress.parse(gid.toString()).destination()).isEqualTo(gid);
    }

    private static void assertRefused(String text, int errno) {
        RtrsException e = catchThrowableOfType(RtrsException.class, () -> PathAddress.parse(text));
        assertThat(e).hasMessageContaining('"' + text + '"');
        assertThat(e.errno()).isEqualTo(errno);
    }
}
