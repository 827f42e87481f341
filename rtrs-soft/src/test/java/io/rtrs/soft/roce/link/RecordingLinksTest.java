package io.rtrs.soft.roce.link;

import static io.rtrs.soft.roce.link.SampleTraffic.A;
import static io.rtrs.soft.roce.link.SampleTraffic.A6;
import static io.rtrs.soft.roce.link.SampleTraffic.B;
import static io.rtrs.soft.roce.link.SampleTraffic.B6;
import static io.rtrs.soft.roce.link.SampleTraffic.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.soft.roce.wire.Captures;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is recorded is what was on the wire. */
class RecordingLinksTest {
    private static final long EPOCH_NS = 1_800_000_000_123_456_789L;

    @Test
    void a_recorded_packet_has_its_true_identification_on_both_sides() throws Exception {
        // spec/rocev2.md 18.1, 18.7
        List<PcapReader.Packet> packets = PcapReader.read(new ByteArrayInputStream(recording(A, B)));
        assertThat(packets).hasSize(6);
        for (int i = 0; i < 6; i++) {
            PcapReader.Packet packet = packets.get(i);
            assertThat(packet.frame()).isEqualTo(i + 1);
            assertThat(packet.source()).isEqualTo(A);
            assertThat(packet.destination()).isEqualTo(B);
            assertThat(packet.sourcePort()).isEqualTo(0xC123);
            assertThat(packet.identification()).isEqualTo(i % 3);
            assertThat(packet.length()).isEqualTo(48);
            assertThat(packet.timeNs()).isEqualTo(EPOCH_NS);
        }
    }

    @Test
    void ipv6_is_recorded_too() throws Exception {
        List<PcapReader.Packet> packets = PcapReader.read(new ByteArrayInputStream(recording(A6, B6)));
        assertThat(packets).hasSize(6);
        assertThat(packets.getFirst().source()).isEqualTo(A6);
        assertThat(packets.getFirst().destination()).isEqualTo(B6);
    }

    @Test
    void a_capture_that_is_written_again_reads_the_same() throws Exception {
        for (String name : List.of("verbs", "rping_v6")) {
            List<PcapReader.Packet> packets = Captures.read(name);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (PcapWriter file = new PcapWriter(bytes)) {
                for (PcapReader.Packet packet : packets) {
                    file.packet(
                            packet.ip(),
                            packet.offset(),
                            packet.length(),
                            packet.source(),
                            RoceAddress.of(packet.destination()),
                            packet.sourcePort(),
                            packet.identification(),
                            packet.timeNs());
                }
            }
            List<PcapReader.Packet> again = PcapReader.read(new ByteArrayInputStream(bytes.toByteArray()));
            assertThat(again).hasSameSizeAs(packets);
            for (int i = 0; i < packets.size(); i++) {
                assertThat(again.get(i).timeNs()).isEqualTo(packets.get(i).timeNs());
                // Up to the IPv6 flow label the made-up headers are those of a kernel.
                assertThat(again.get(i).ip().asSlice(4).toArray(Layouts.U8))
                        .as("frame %d", i + 1)
                        .isEqualTo(packets.get(i).ip().asSlice(4).toArray(Layouts.U8));
            }
        }
    }

    @Test
    void a_recording_opens_in_wireshark_without_complaint(@TempDir Path folder) throws Exception {
        assumeTrue(hasTshark(), "tshark is not installed");
        Path file = folder.resolve("recording.pcap");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(recording(A, B));
        }
        List<String> lines = run(
                "tshark",
                "-n",
                "-r",
                file.toString(),
                "-o",
                "ip.check_checksum:TRUE",
                "-T",
                "fields",
                "-e",
                "ip.id",
                "-e",
                "ip.checksum.status",
                "-e",
                "infiniband.bth.psn",
                "-e",
                "infiniband.invariant.crc",
                "-e",
                "_ws.malformed");
        assertThat(lines).hasSize(6);
        for (int i = 0; i < 6; i++) {
            String[] fields = lines.get(i).split("\t", -1);
            assertThat(Integer.decode(fields[0])).isEqualTo(i % 3);
            assertThat(fields[1]).as("IP checksum is good").isEqualTo("1");
            assertThat(Integer.decode(fields[2])).isEqualTo(i % 3);
            assertThat(fields[3]).as("ICRC").isNotEmpty();
            assertThat(fields[4]).as("malformed").isEmpty();
        }
    }

    @Test
    void a_full_disk_ends_the_recording_and_not_the_traffic() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no space left");
            }
        };
        PcapWriter file = new PcapWriter(full);
        SimulatedNetwork network = SimulatedNetwork.perfect();
        SimulatedLink to = network.attach(B, 1024);
        SampleTraffic traffic = new SampleTraffic();
        try (PcapLink from = new PcapLink(network.attach(A, 1024), file, () -> EPOCH_NS)) {
            send(from, new Peer(B, 0xC123), 7);
            from.flush();
        }
        network.advanceTo(network.nextArrivalNs());
        traffic.receive(to, network.nowNs());
        assertThat(traffic.good).containsExactly(7);
        assertThat(file.failure()).hasMessage("no space left");
    }

    @Test
    void both_ways_are_told_as_text() {
        List<String> lines = new ArrayList<>();
        SimulatedNetwork network = SimulatedNetwork.perfect();
        try (TraceLink from = new TraceLink(network.attach(A, 1024), lines::add);
                TraceLink to = new TraceLink(network.attach(B, 1024), lines::add)) {
            send(from, new Peer(B, 0xC123), 0x2A);
            from.flush();
            network.advanceTo(network.nextArrivalNs());
            new SampleTraffic().receive(to, network.nowNs());
        }
        String packet = "SEND_ONLY qp=000011 psn=00002a payload=29 A";
        assertThat(lines).containsExactly("10.9.0.1 > 10.9.0.2 " + packet, "10.9.0.2 < 10.9.0.1 " + packet);
    }

    private static byte[] recording(Gid a, Gid b) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SimulatedNetwork network = SimulatedNetwork.perfect();
        PcapWriter file = new PcapWriter(bytes);
        try (PcapLink from = new PcapLink(network.attach(a, 1024), file, () -> EPOCH_NS);
                PcapLink to = new PcapLink(network.attach(b, 1024), file, () -> EPOCH_NS)) {
            Peer peer = new Peer(b, 0xC123);
            for (int i = 0; i < 3; i++) {
                send(from, peer, i);
            }
            from.flush();
            network.advanceTo(network.nextArrivalNs());
            assertThat(new SampleTraffic().receive(to, network.nowNs())).isEqualTo(3);
        }
        file.close();
        assertThat(file.failure()).isNull();
        return bytes.toByteArray();
    }

    private static boolean hasTshark() throws InterruptedException {
        try {
            run("tshark", "--version");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return output.lines().toList();
    }
}
