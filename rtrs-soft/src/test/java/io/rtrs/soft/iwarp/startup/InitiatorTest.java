package io.rtrs.soft.iwarp.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

class InitiatorTest {
    private static final byte[] NONE = {};

    private static Initiator asked() {
        return Frames.initiator(Frames.offer(), NONE);
    }

    private static Initiator answered(byte[] reply) {
        Initiator initiator = asked();
        assertThat(Frames.feed(initiator, reply, Integer.MAX_VALUE)).isEqualTo(reply.length);
        return initiator;
    }

    @Test
    void theRequestHasRevisionTwoAndEnhancedDataAndNeitherMarkersNorRefusal() { // spec/iwarp.md 25.1
        assertThat(Frames.initiator(new Offer(1, 1, false, false, false), NONE).request())
                .isEqualTo(Frames.hex("4d504120494420526571204672616d65 10 02 0004 0001 0001")); // rping_v4:4
        assertThat(Frames.initiator(new Offer(3, 2, true, false, false), new byte[] {9, 8})
                        .request())
                .isEqualTo(Frames.request(0x50, 2, "0003 0002 0908"));
    }

    @Test
    void aPeerOfferWantsAWriteOrAReadAsTheFirstMessageAndAtLeastOneRead() { // spec/iwarp.md 3.2
        assertThat(Frames.initiator(new Offer(0, 0, false, true, false), NONE).request())
                .isEqualTo(Frames.request(0x10, 2, "8000 c001"));
        assertThat(Frames.initiator(new Offer(5, 9, false, true, false), NONE).request())
                .isEqualTo(Frames.request(0x10, 2, "8005 c009"));
    }

    @Test
    void immediatesAreAnnouncedByAReservedBit() { // spec/iwarp.md 25.17
        assertThat(asked().request()[16]).isEqualTo((byte) 0x12);
        assertThat(answered(Frames.reply(0x11, 2, "0002 0003")).agreement().immediates())
                .isTrue();
        assertThat(answered(Frames.reply(0x10, 2, "0002 0003")).agreement().immediates())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x12, 0x13, 0x1f})
    void whatReturnsTheBitIsSiwAndDoesNotAgree(int flags) { // spec/iwarp.md 25.17
        Agreement agreement = answered(Frames.reply(flags, 2, "0002 0003")).agreement();
        assertThat(agreement.immediates()).isFalse();
        assertThat(agreement.echoes()).isTrue();
    }

    @Test
    void otherReservedBitsOfAReplyMeanNothing() { // spec/iwarp.md 25.17
        Initiator initiator = answered(Frames.reply(0x1c, 2, "0002 0003"));
        assertThat(initiator.isAccepted()).isTrue();
        assertThat(initiator.agreement().echoes()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 19, 20, 24})
    void aReplyInPiecesIsTakenAndWhatFollowsIsLeft(int atOnce) { // spec/iwarp.md 25.8
        byte[] reply = Frames.reply(0x10, 2, "0002 0003 0a0b0c");
        byte[] withMore = Arrays.copyOf(reply, reply.length + 28);
        Initiator initiator = asked();
        assertThat(Frames.feed(initiator, withMore, atOnce)).isEqualTo(reply.length);
        assertThat(initiator.isAccepted()).isTrue();
        assertThat(initiator.data()).containsExactly(10, 11, 12);
        assertThat(initiator.wanted()).isZero();
    }

    @Test
    void nothingButTheRequestIsThereToSendBeforeTheReply() { // spec/iwarp.md 25.9
        Initiator initiator = asked();
        assertThat(initiator.lastWords()).isEmpty();
        assertThatThrownBy(initiator::agreement).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aReplyWithMarkersFailsTheConnect() { // spec/iwarp.md 25.4
        Initiator initiator = answered(Frames.reply(0x90, 2, "0002 0003"));
        assertThat(initiator.failure()).isEqualTo(StartupFailure.MARKERS);
        assertThat(initiator.isAccepted()).isFalse();
        assertThat(initiator.lastWords()).isEmpty();
    }

    @Test
    void aWrongKeyFailsItAtItsFirstWrongByte() { // spec/iwarp.md 25.5
        Initiator initiator = asked();
        assertThat(Frames.feed(initiator, "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8), 1))
                .isOne();
        assertThat(initiator.failure()).isEqualTo(StartupFailure.MALFORMED);
        Initiator mirrored = asked();
        Frames.feed(mirrored, Frames.request(0x10, 2, "0002 0003"), 20); // the other side asks too
        assertThat(mirrored.failure()).isEqualTo(StartupFailure.MALFORMED);
        assertThat(mirrored.wanted()).isZero();
    }

    @Test
    void aReplyWithTooMuchPrivateDataFailsBeforeTheDataIsRead() { // spec/iwarp.md 25.6
        byte[] reply = Frames.frame("MPA ID Rep Frame", 0x10, 2, new byte[513]);
        Initiator initiator = asked();
        assertThat(Frames.feed(initiator, reply, 600)).isEqualTo(20);
        assertThat(initiator.failure()).isEqualTo(StartupFailure.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "0000", "000000"})
    void aReplyThatIsTooShortForItsEnhancedDataFails(String data) { // spec/iwarp.md 25.6
        assertThat(answered(Frames.reply(0x10, 2, data)).failure()).isEqualTo(StartupFailure.MALFORMED);
    }

    @Test
    void aReplyOfANewerRevisionThanTheRequestFails() { // spec/iwarp.md 25.2
        assertThat(answered(Frames.reply(0x10, 3, "0002 0003")).failure()).isEqualTo(StartupFailure.REVISION);
    }

    @Test
    void aReplyOfAnOldRevisionIsTakenAndSaysNothingOfReads() { // spec/iwarp.md 16.2
        Initiator initiator = answered(Frames.reply(0x00, 1, "0102"));
        assertThat(initiator.agreement()).isEqualTo(new Agreement(3, 2, false, false, false, Rtr.NONE));
        assertThat(initiator.data()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 252, 508})
    void privateDataOfARefusalIsExactlyTheBytesOfTheFrame(int length) { // spec/iwarp.md 25.18
        byte[] data = new byte[4 + length];
        Arrays.fill(data, 4, data.length, (byte) 7);
        Initiator initiator = answered(Frames.frame("MPA ID Rep Frame", 0x30, 2, data));
        assertThat(initiator.isRejected()).isTrue();
        assertThat(initiator.isAccepted()).isFalse();
        assertThat(initiator.failure()).isNull();
        assertThat(initiator.data()).hasSize(length).containsOnly(length == 0 ? new byte[0] : new byte[] {7});
    }

    @Test
    void whatSiwRefusedWithIsRead() { // reject:6, edge#2
        byte[] goAway = Frames.hex("4d504120494420526570204672616d653002000c00020003676f206177617921");
        assertThat(answered(goAway).data()).isEqualTo("go away!".getBytes(StandardCharsets.UTF_8));
        assertThat(answered(Frames.reply(0x30, 2, "00000000")).isRejected()).isTrue();
    }

    @Test
    void noReplyInTimeEndsIt() { // spec/iwarp.md 25.11
        Initiator initiator = asked();
        initiator.onTime(Initiator.PATIENCE_NS - 1);
        assertThat(initiator.failure()).isNull();
        initiator.onTime(Initiator.PATIENCE_NS);
        assertThat(initiator.failure()).isEqualTo(StartupFailure.TIMEOUT);
        assertThat(Initiator.PATIENCE_NS).isEqualTo(10_000_000_000L);
        assertThat(initiator.wanted()).isZero();
    }

    @Test
    void afterTheReplyNothingEndsIt() {
        Initiator initiator = answered(Frames.reply(0x10, 2, "0002 0003"));
        initiator.onTime(Initiator.PATIENCE_NS);
        initiator.onEnd();
        initiator.onReset();
        assertThat(initiator.isAccepted()).isTrue();
    }

    @Test
    void anEndBeforeTheReplyIsTold() {
        Initiator ended = asked();
        Frames.feed(ended, Arrays.copyOf(Frames.reply(0x10, 2, "0002 0003"), 23), 100);
        ended.onEnd();
        assertThat(ended.failure()).isEqualTo(StartupFailure.ENDED);
        Initiator reset = asked();
        reset.onReset();
        assertThat(reset.failure()).isEqualTo(StartupFailure.RESET);
    }

    @Test
    void crcIsOnIfEitherSideAsks() { // spec/iwarp.md 25.12
        assertThat(answered(Frames.reply(0x10, 2, "0002 0003")).agreement().crc())
                .isFalse();
        assertThat(answered(Frames.reply(0x50, 2, "0002 0003")).agreement().crc())
                .isTrue();
        Initiator insists = Frames.initiator(new Offer(1, 1, true, true, true), NONE);
        Frames.feed(insists, Frames.reply(0x10, 2, "0001 0001"), 99);
        assertThat(insists.agreement().crc()).isTrue();
    }

    @Test
    void itsOwnDepthIsLoweredToWhatThePeerServes() { // spec/iwarp.md 25.13
        assertThat(answered(Frames.reply(0x10, 2, "0001 0003")).agreement()).returns(1, Agreement::ord);
        assertThat(answered(Frames.reply(0x10, 2, "0063 0003")).agreement()).returns(2, Agreement::ord);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 120, 0x3FFE})
    void aPeerThatWantsMoreReadsThanItWasOfferedIsTerminated(int ord) { // spec/iwarp.md 25.13
        Initiator initiator = answered(Frames.reply(0x10, 2, "0002 %04x".formatted(ord)));
        assertThat(initiator.failure()).isEqualTo(StartupFailure.INSUFFICIENT_IRD);
        assertThat(initiator.isAccepted()).isFalse();
        assertThat(initiator.lastWords())
                .isEqualTo(Frames.hex("0016 4147 00000000 00000002 00000001 00000000 2006 0000 00000000"));
    }

    @Test
    void whatIsNotNegotiatedChangesNothing() { // spec/iwarp.md 25.14
        assertThat(answered(Frames.reply(0x10, 2, "3fff 3fff")).agreement())
                .returns(2, Agreement::ord)
                .returns(3, Agreement::ird);
    }

    @Test
    void theFirstMessageIsOfTheKindThatTheReplyNames() { // spec/iwarp.md 25.16
        assertThat(answered(Frames.reply(0x10, 2, "8002 8003")).agreement().rtr())
                .isEqualTo(Rtr.WRITE);
        assertThat(answered(Frames.reply(0x10, 2, "8002 4003")).agreement().rtr())
                .isEqualTo(Rtr.READ);
        assertThat(answered(Frames.reply(0x10, 2, "8002 c003")).agreement().rtr())
                .isEqualTo(Rtr.WRITE);
        assertThat(answered(Frames.reply(0x10, 2, "0002 c003")).agreement().rtr())
                .isEqualTo(Rtr.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8002 0003", "c002 0003"})
    void aReplyWithoutACommonFirstMessageIsTerminated(String data) { // spec/iwarp.md 25.16
        Initiator initiator = answered(Frames.reply(0x10, 2, data));
        assertThat(initiator.failure()).isEqualTo(StartupFailure.NO_COMMON_RTR);
        assertThat(initiator.lastWords())
                .isEqualTo(Frames.hex("0016 4147 00000000 00000002 00000001 00000000 2007 0000 00000000"));
    }

    @Test
    void withCrcTheLastWordsHaveOne() { // spec/iwarp.md 5.4
        byte[] words = answered(Frames.reply(0x50, 2, "8002 0003")).lastWords();
        CRC32C crc = new CRC32C();
        crc.update(words, 0, 24);
        assertThat(Frames.hex("%08x".formatted(Integer.reverseBytes((int) crc.getValue()))))
                .isEqualTo(Arrays.copyOfRange(words, 24, 28));
    }

    @Test
    void withoutPeersThereIsNoFirstMessage() { // spec/iwarp.md 25.16
        Initiator client = Frames.initiator(new Offer(1, 1, false, false, false), NONE);
        Frames.feed(client, Frames.reply(0x10, 2, "8001 c001"), 99);
        assertThat(client.agreement().rtr()).isEqualTo(Rtr.NONE);
    }

    @Test
    void aRequestTakesAtMostWhatEveryPeerTakes() { // spec/iwarp.md 25.7
        assertThat(Frames.initiator(Frames.offer(), new byte[252]).request()).hasSize(276);
        assertThatThrownBy(() -> Frames.initiator(Frames.offer(), new byte[253]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
