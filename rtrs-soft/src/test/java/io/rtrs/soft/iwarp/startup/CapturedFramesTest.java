package io.rtrs.soft.iwarp.startup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** What siw sent and was sent, as bytes. */
class CapturedFramesTest {
    static List<Frames.Captured> all() throws IOException {
        return Frames.captured();
    }

    @Test
    void thereAreManyOfBothKinds() throws IOException {
        assertThat(all()).hasSizeGreaterThan(150);
        assertThat(all().stream().filter(frame -> frame.kind() == StartupFrame.Kind.REPLY))
                .hasSizeGreaterThan(70);
    }

    @ParameterizedTest
    @MethodSource("all")
    void eachDecodesAndEncodesToTheSameBytes(Frames.Captured captured) {
        StartupFrame frame = StartupFrame.decode(captured.kind(), captured.bytes());
        if ((captured.file().equals("private.pcap") && captured.stream() == 3) || isTooShort(captured.bytes())) {
            assertThat(frame).isNull(); // siw's own length, wrapped to 3 and 0 with S set
        } else {
            assertThat(Objects.requireNonNull(frame).encode()).isEqualTo(captured.bytes());
        }
    }

    private static boolean isTooShort(byte[] frame) {
        return (frame[16] & StartupFrame.ENHANCED) != 0 && frame[17] >= 2 && frame.length < 24;
    }

    @ParameterizedTest
    @MethodSource("all")
    void aResponderTakesEachRequestThatSiwTookAndMoreWhichSiwDoesNot(Frames.Captured captured) {
        if (captured.kind() == StartupFrame.Kind.REPLY) {
            return;
        }
        Responder responder = Frames.responder(Frames.offer());
        assertThat(Frames.feed(responder, captured.bytes(), 5)).isEqualTo(captured.bytes().length);
        boolean refused = captured.bytes()[17] > 2 || (captured.bytes()[16] & 0x80) != 0;
        assertThat(responder.isAsked()).isEqualTo(!refused && !isTooShort(captured.bytes()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void anInitiatorUnderstandsEachReply(Frames.Captured captured) {
        if (captured.kind() == StartupFrame.Kind.REQUEST) {
            return;
        }
        Initiator initiator = Frames.initiator(new Offer(128, 128, false, true, true), new byte[0]);
        Frames.feed(initiator, captured.bytes(), 7);
        boolean rejects = (captured.bytes()[16] & 0x20) != 0;
        assertThat(initiator.isRejected()).isEqualTo(rejects);
        assertThat(initiator.isAccepted()).isEqualTo(!rejects);
    }
}
