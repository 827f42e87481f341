package io.rtrs.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;

class RoutingTest {

    @ParameterizedTest
    @CsvSource({
        "Network is unreachable, no route to it, ip route add",
        "No route to host, type unreachable, ip route del",
        "Permission denied, type prohibit, ip route del",
        "Invalid argument, type blackhole, ip route del",
        "Network is unreachable (connect failed), no route to it, ip route add",
    })
    void whatRoutingRefusesIsToldWithItsCauseAndItsRemedy(String said, String cause, String remedy) {
        IOException refused = new ConnectException(said);
        assertThat(Routing.cause(refused)).contains(cause);
        assertThat(Routing.remedy(refused, InetAddress.ofLiteral("10.9.0.1"))).contains(remedy);
    }
}
