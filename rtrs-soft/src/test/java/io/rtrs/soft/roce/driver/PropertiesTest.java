package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.driver.udp.UdpDriver;
import io.rtrs.soft.roce.link.PcapReader;
import io.rtrs.soft.roce.rc.QpAttributes;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The provider's system properties, as the packets of a recorded connection show. */
@Timeout(180)
class PropertiesTest {
    /** Bytes before and behind a management datagram. */
    private static final int MAD = 20;

    private static final int ICRC = 4;

    @TempDir
    private Path folder;

    private final InetAddress address = InetAddress.ofLiteral("127."
            + ThreadLocalRandom.current().nextInt(16, 128) + '.'
            + ThreadLocalRandom.current().nextInt(256) + '.'
            + ThreadLocalRandom.current().nextInt(1, 255));

    @AfterEach
    void forget() {
        System.clearProperty(RecordedLinks.PROPERTY);
        System.clearProperty(UdpDriver.PROPERTY);
        System.clearProperty(SoftConnections.ACK_TIMEOUT_PROPERTY);
        System.clearProperty(SoftConnections.SILENCE_PROPERTY);
    }

    @ParameterizedTest
    @CsvSource({
        SoftConnections.ACK_TIMEOUT_PROPERTY + ", -1, 0 to 31",
        SoftConnections.ACK_TIMEOUT_PROPERTY + ", 32, 0 to 31",
        SoftConnections.ACK_TIMEOUT_PROPERTY + ", 0x11, 0 to 31",
        SoftConnections.SILENCE_PROPERTY + ", 40s, 0 to 31536000",
        SoftConnections.SILENCE_PROPERTY + ", -1, 0 to 31536000",
        SoftConnections.SILENCE_PROPERTY + ", 99999999999999999999, 0 to 31536000"
    })
    void aNumberThatIsWrongIsRefusedWithItsPropertyAndRangeWhenTheProviderIsOpened(
            String property, String value, String range) throws Exception {
        SoftRoceProvider provider = new SoftRoceProvider();
        System.setProperty(property, value);
        for (ThrowingCallable opening : List.<ThrowingCallable>of(provider::cm, provider::verbs)) {
            assertThatThrownBy(opening)
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
                    .hasMessageContaining(property + "=" + value)
                    .hasMessageContaining(range);
        }
        System.setProperty(property, ""); // as if it were not there
        assertThat(provider.cm()).isNotNull();
    }

    @Test
    void theSilenceIsThatOfTheProperty() throws Exception {
        assertThat(SoftConnections.silenceNs()).isEqualTo(QpAttributes.Patience.SILENCE_NS);
        System.setProperty(SoftConnections.SILENCE_PROPERTY, "7");
        assertThat(SoftConnections.silenceNs()).isEqualTo(7_000_000_000L);
        System.setProperty(SoftConnections.SILENCE_PROPERTY, "0");
        assertThat(SoftConnections.silenceNs()).isZero();
    }

    // spec/rocev2.md 13.6, 18.82
    @ParameterizedTest(name = "{0} asks for {1}, and promises {2}")
    @CsvSource({",17,15", "20,20,20", "0,0,0", "31,31,31"})
    void theAckTimeoutIsThatOfTheProperty(@Nullable String value, int asked, int promised) throws Exception {
        System.setProperty(RecordedLinks.PROPERTY, folder.toString());
        if (value != null) {
            System.setProperty(SoftConnections.ACK_TIMEOUT_PROPERTY, value);
        }
        // One connection with one message, of two providers in this process.
        try (TwoNodes nodes = new TwoNodes(address)) {
            nodes.send(1);
        }
        List<PcapReader.Packet> packets = recorded();
        assertThat(messages(packets, Req.class))
                .isNotEmpty()
                .allSatisfy(req -> assertThat(req.primary().ackTimeout()).isEqualTo(asked));
        assertThat(messages(packets, Rep.class))
                .isNotEmpty()
                .allSatisfy(rep -> assertThat(rep.targetAckDelay()).isEqualTo(promised));
        assertThat(packets)
                .extracting(PropertiesTest::opcode)
                .contains(RoceOpcode.SEND_ONLY_IMM, RoceOpcode.ACKNOWLEDGE);
    }

    @Test
    void whatIsRecordedIsInTheFileWhileTheConnectionIsIdle() throws Exception {
        System.setProperty(RecordedLinks.PROPERTY, folder.toString());
        try (TwoNodes nodes = new TwoNodes(address)) {
            nodes.send(1);
            assertThat(messages(recorded(), Req.class)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void whatIsRecordedIsWhatWasSent(UdpDriver driver) throws Exception { // spec/rocev2.md 2.4, 2.5
        assumeTrue(driver.missing().isEmpty(), () -> driver.missing().orElse(""));
        System.setProperty(UdpDriver.PROPERTY, driver.toString());
        System.setProperty(RecordedLinks.PROPERTY, folder.toString());
        try (TwoNodes nodes = new TwoNodes(address)) {
            for (int i = 0; i < 20; i++) {
                nodes.send(i);
            }
        }
        List<PcapReader.Packet> packets = recorded();
        assertThat(packets)
                .hasSizeGreaterThan(40)
                .allSatisfy(packet -> assertThat(checked(packet))
                        .as("frame %d from port %d", packet.frame(), packet.sourcePort())
                        .isEqualTo(packet.identification()));
    }

    /** The identification with which the ICRC fits to the recorded headers. */
    private static int checked(PcapReader.Packet packet) {
        return new Icrc()
                .verify(
                        packet.ip(),
                        packet.offset(),
                        packet.length(),
                        packet.source().hi(),
                        packet.source().lo(),
                        packet.destination(),
                        packet.sourcePort(),
                        Layouts.u16(packet.ip(), packet.offset() - 6));
    }

    @Test
    void aFolderThatCannotBeWrittenToIsAnErrorThatNamesIt() throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[1]);
        System.setProperty(RecordedLinks.PROPERTY, file.toString());

        assertThatThrownBy(() -> new TwoNodes(address).close())
                .isInstanceOf(VerbsException.class)
                .hasMessageContaining(RecordedLinks.PROPERTY)
                .hasMessageContaining(file.toString());

        System.clearProperty(RecordedLinks.PROPERTY);
        new TwoNodes(address).close(); // the address is free
    }

    /** The server's packets, as soon as those of the message are there. */
    private List<PcapReader.Packet> recorded() {
        List<PcapReader.Packet> packets = new ArrayList<>();
        await().ignoreExceptions().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            packets.clear();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, address.getHostAddress() + "-*.pcap")) {
                for (Path file : files) {
                    try (InputStream in = Files.newInputStream(file)) {
                        packets.addAll(PcapReader.read(in));
                    }
                }
            }
            assertThat(packets)
                    .extracting(PropertiesTest::opcode)
                    .contains(RoceOpcode.SEND_ONLY_IMM, RoceOpcode.ACKNOWLEDGE);
        });
        return packets;
    }

    private static RoceOpcode opcode(PcapReader.Packet captured) {
        RocePacket packet = new RocePacket();
        assertThat(packet.wrap(captured.ip(), captured.offset(), captured.length()))
                .isEqualTo(RocePacket.OK);
        return packet.opcode();
    }

    private static <T extends CmMessage> List<T> messages(List<PcapReader.Packet> packets, Class<T> type) {
        return packets.stream()
                .filter(packet -> packet.length() == MAD + Mad.SIZE + ICRC)
                .map(packet -> CmMessage.decodeMad(packet.ip().asSlice(packet.offset() + MAD, Mad.SIZE), 0))
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
