package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.link.ReturnedPacket;
import io.rtrs.soft.roce.wire.Gid;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What is kept of several reports about one destination. */
class DeliveryFailuresTest {
    private static final Gid PEER = Gid.ofIpv4(0x0A00_0002);
    private static final ReturnedPacket SENT = new ReturnedPacket(17, 5);
    private static final int EHOSTUNREACH = 113;

    private final DeliveryFailures failures = new DeliveryFailures();

    private List<String> reported() {
        List<String> lines = new ArrayList<>();
        failures.report((to, port, errno, settled, packet, now) -> lines.add(errno + " " + settled + " " + packet), 0);
        return lines;
    }

    @Test
    void whatQuotesNothingLeavesWhatAnotherReportQuoted() {
        failures.add(PEER, 4791, Sockets.ECONNREFUSED, true, SENT);
        failures.add(PEER, 4791, Sockets.ECONNREFUSED, false, null);
        assertThat(reported()).containsExactly(Sockets.ECONNREFUSED + " true " + SENT);
        failures.add(PEER, 4791, Sockets.ECONNREFUSED, false, null);
        assertThat(reported()).containsExactly(Sockets.ECONNREFUSED + " false null");
    }

    @Test
    void theLastQuoteCounts() {
        ReturnedPacket later = new ReturnedPacket(17, 6);
        failures.add(PEER, 4791, Sockets.ECONNREFUSED, true, SENT);
        failures.add(PEER, 4791, Sockets.ECONNREFUSED, true, later);
        assertThat(reported()).containsExactly(Sockets.ECONNREFUSED + " true " + later);
    }

    @Test
    void anotherErrorHasNoPartInTheQuote() {
        failures.add(PEER, 4791, EHOSTUNREACH, true, SENT);
        failures.add(PEER, 4791, Sockets.ECONNREFUSED, false, null);
        assertThat(reported()).containsExactly(Sockets.ECONNREFUSED + " false null");
    }
}
