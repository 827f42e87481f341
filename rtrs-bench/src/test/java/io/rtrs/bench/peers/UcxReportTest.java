package io.rtrs.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rtrs.bench.peers.work.Shape;
import org.junit.jupiter.api.Test;

import java.io.IOException;

/** What ucx_perftest prints becomes a row of the table. */
class UcxReportTest {
    private static final String NAMES =
            "iterations,50.0_percentile_lat,avg_lat,overall_lat,avg_bw,overall_bw,avg_mr,overall_mr\n";

    @Test
    void theLastLineUnderTheNamesIsTheReport() throws Exception {
        String output = "[1795318045.273] [host:24221:0] perftest.c:817 UCX WARN CPU affinity is not set\n"
                + NAMES
                + "10000,5.100,40.000,40.000,97.66,97.66,25000,25000\n"
                + "20000,5.803,44.240,68.644,88.30,56.91,22604,14568\n"
                + "a line, of words, with, as many, commas, as names, has the, other\n";
        assertThat(UcxReport.parse(output)).isEqualTo(new UcxReport(20_000, 5.803, 68.644));
    }

    @Test
    void whatItSaysInPlaceOfAReportIsTheFailure() {
        String refused = "[1795318045.273] [host:24221:0] libperf.c:1 UCX ERROR connection refused";
        assertThatThrownBy(() -> UcxReport.parse(refused))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(refused);
        assertThatThrownBy(() -> UcxReport.parse(NAMES)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> UcxReport.parse("")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> UcxReport.parse(NAMES + "5000,-,-,-,-,-,-,-\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("5000,-");
        assertThatThrownBy(() -> UcxReport.parse("iterations,overall_lat\n5000,1.0\n"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void halfARoundTripIsDoubled() {
        Shape one = new Shape(true, 4096, 1);
        assertThat(Ucx.client(one, "17640", 2000))
                .containsSequence("-t", "tag_lat")
                .doesNotContain("-O");
        Measured result = Ucx.measured(one, new UcxReport(20_000, 5.803, 68.644));
        assertThat(result.p50Us()).isEqualTo(11.606, within(1e-9));
        assertThat(result.perSecond()).isEqualTo(1e6 / (2 * 68.644), within(1e-6));
    }

    @Test
    void messagesInFlightHaveARateAndNoMedian() {
        Shape many = new Shape(true, Shape.BLOCK_MAX, 32);
        assertThat(Ucx.client(many, "17640", 2000))
                .containsSequence("-t", "tag_bw", "-O", "32")
                .containsSequence("-s", "131072", "-n", "2000");
        Measured result = Ucx.measured(many, new UcxReport(5_000, 4.084, 196.519));
        assertThat(result.bytesPerSecond()).isEqualTo(131_072 / 196.519e-6, within(1.0));
        assertThat(result.p50Us()).isNaN();
        assertThat(Ucx.client(new Shape(false, 4096, 32), "1", 1)).containsSequence("-t", "ucp_get", "-O", "32");
    }

    @Test
    void whatIperfsReceiverGotIsItsRate() throws Exception {
        String json = "\"end\": {\"sum_sent\": {\"bits_per_second\": 3.2e10},\n"
                + "\"sum_received\": {\n\"seconds\": 1.0,\n\"bits_per_second\": 1.6e10,\n\"sender\": true}}";
        assertThat(Iperf.bytesPerSecond(json)).isEqualTo(2e9);
        assertThat(Iperf.cpu(json, Iperf.HOST_CPU)).isNaN();
        String cpu = "\"cpu_utilization_percent\":\t{\n\"host_total\":\t43.25,\n\"host_user\":\t1.5,\n"
                + "\"remote_total\":\t93.5,\n\"remote_user\":\t9.1}";
        assertThat(Iperf.cpu(cpu, Iperf.HOST_CPU)).isEqualTo(0.4325);
        assertThat(Iperf.cpu(cpu, Iperf.REMOTE_CPU)).isEqualTo(0.935);
        assertThatThrownBy(() -> Iperf.bytesPerSecond("{\"error\": \"unable to connect\"}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unable to connect");
    }
}
