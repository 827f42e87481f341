package io.rtrs.soft.iwarp.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

class ResponderTest {
    private static final byte[] NONE = {};

    private static Responder asked(byte[] request) {
        Responder responder = Frames.responder(Frames.offer());
        assertThat(Frames.feed(responder, request, Integer.MAX_VALUE)).isEqualTo(request.length);
        return responder;
    }

    @ParameterizedTest
    @CsvSource({"00, 0, ''", "00, 1, ''", "00, 2, ''", "10, 2, 00010001"})
    void theReplyHasRevisionAndEnhancedDataAsTheRequest(String flags, int revision, String data) {
        // spec/iwarp.md 25.2, spec/iwarp.md 25.3
        Responder responder = asked(Frames.request(Integer.parseInt(flags, 16), revision, data));
        assertThat(responder.isAsked()).isTrue();
        assertThat(responder.accept(1, 1, new byte[] {5}).frame())
                .isEqualTo(Frames.reply(Integer.parseInt(flags, 16), revision, data + "05"));
        assertThat(responder.reject(NONE)[17]).isEqualTo((byte) revision);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 255})
    void aNewerRevisionIsClosedWithoutAReply(int revision) { // spec/iwarp.md 25.3
        Responder responder = asked(Frames.request(0x10, revision, "00010001"));
        assertThat(responder.failure()).isEqualTo(StartupFailure.REVISION);
        assertThat(responder.lastWords()).isEmpty();
    }

    @Test
    void whoWantsMarkersIsRefusedAndTheReplyDoesNotAskForThem() { // spec/iwarp.md 25.4
        Responder responder = asked(Frames.request(0x90, 2, "0004 0004 70726f626500"));
        assertThat(responder.failure()).isEqualTo(StartupFailure.MARKERS);
        assertThat(responder.isAsked()).isFalse();
        assertThat(responder.lastWords()).isEqualTo(Frames.reply(0x30, 2, "0003 0002"));
        assertThat(asked(Frames.request(0x80, 1, "")).lastWords()).isEqualTo(Frames.reply(0x20, 1, ""));
    }

    @Test
    void strangersAreClosedAtTheirFirstByte() { // spec/iwarp.md 25.5
        Responder web = Frames.responder(Frames.offer());
        assertThat(Frames.feed(web, "GET / HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.UTF_8), 1))
                .isOne();
        assertThat(web.failure()).isEqualTo(StartupFailure.MALFORMED);
        Responder secure = Frames.responder(Frames.offer());
        Frames.feed(secure, Frames.hex("160301 0200 010001fc0303" + "aa".repeat(40)), 100);
        assertThat(secure.failure()).isEqualTo(StartupFailure.MALFORMED);
        Responder mirrored = asked(Arrays.copyOf(Frames.reply(0x10, 2, ""), 20));
        assertThat(mirrored.failure()).isEqualTo(StartupFailure.MALFORMED);
        assertThat(mirrored.lastWords()).isEmpty();
    }

    @Test
    void tooMuchPrivateDataIsClosedBeforeItIsRead() { // spec/iwarp.md 25.6
        Responder responder = Frames.responder(Frames.offer());
        byte[] request = Frames.frame("MPA ID Req Frame", 0x10, 2, new byte[513]);
        assertThat(Frames.feed(responder, request, 600)).isEqualTo(20);
        assertThat(responder.failure()).isEqualTo(StartupFailure.MALFORMED);
        assertThat(asked(Frames.frame("MPA ID Req Frame", 0x10, 2, new byte[512]))
                        .data())
                .hasSize(508);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "0000", "000000"})
    void enhancedDataThatIsNotThereClosesTheConnection(String data) { // spec/iwarp.md 25.6
        Responder responder = asked(Frames.request(0x10, 2, data));
        assertThat(responder.failure()).isEqualTo(StartupFailure.MALFORMED);
        assertThat(responder.lastWords()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 252})
    void privateDataIsDeliveredInItsExactLength(int length) { // spec/iwarp.md 25.7
        byte[] data = new byte[4 + length];
        Arrays.fill(data, 4, data.length, (byte) 3);
        Responder responder = asked(Frames.frame("MPA ID Req Frame", 0x10, 2, data));
        assertThat(responder.data()).hasSize(length);
        assertThat(responder.accept(0, 0, new byte[length]).frame()).hasSize(24 + length);
    }

    @Test
    void anAnswerToAnotherKindOfPeerNeverHasMoreThanSiwTakes() { // spec/iwarp.md 25.7
        Responder siw = asked(Frames.request(0x10, 2, "0001 0001"));
        assertThat(siw.mostData()).isEqualTo(252);
        assertThatThrownBy(() -> siw.accept(1, 1, new byte[253])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> siw.reject(new byte[253])).isInstanceOf(IllegalArgumentException.class);
        Responder ours = asked(Frames.request(0x12, 2, "0001 0001"));
        assertThat(ours.mostData()).isEqualTo(508);
        assertThat(ours.reject(new byte[508])).hasSize(532);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 20, 21})
    void aRequestInPiecesIsTakenAndWhatFollowsIsLeft(int atOnce) { // spec/iwarp.md 25.8; edge#24, edge#45
        byte[] request = Frames.request(0x10, 2, "0004 0004 70726f626500");
        Responder responder = Frames.responder(Frames.offer());
        assertThat(Frames.feed(responder, Arrays.copyOf(request, request.length + 4), atOnce))
                .isEqualTo(request.length);
        assertThat(responder.isAsked()).isTrue();
        assertThat(responder.data()).isEqualTo(new byte[] {'p', 'r', 'o', 'b', 'e', 0});
    }

    @Test
    void noRequestInTimeEndsIt() { // spec/iwarp.md 25.11
        Responder responder = Frames.responder(Frames.offer());
        Frames.feed(responder, Arrays.copyOf(Frames.request(0x10, 2, "00010001"), 23), 23);
        responder.onTime(Responder.PATIENCE_NS - 1);
        assertThat(responder.failure()).isNull();
        responder.onTime(Responder.PATIENCE_NS);
        assertThat(responder.failure()).isEqualTo(StartupFailure.TIMEOUT);
        assertThat(Responder.PATIENCE_NS).isEqualTo(5_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource({"00, false, false", "40, false, true", "00, true, true", "40, true, true"})
    void crcIsOnIfEitherSideAsks(String flags, boolean wanted, boolean on) { // spec/iwarp.md 25.12
        Responder responder = Frames.responder(new Offer(1, 1, wanted, true, true));
        Frames.feed(responder, Frames.request(0x10 | Integer.parseInt(flags, 16), 2, "00010001"), 99);
        Responder.Reply reply = responder.accept(1, 1, NONE);
        assertThat(reply.agreement().crc()).isEqualTo(on);
        assertThat((reply.frame()[16] & 0x40) != 0).isEqualTo(on);
    }

    @ParameterizedTest
    @CsvSource({
        // the initiator's IRD and ORD, the consumer's, this side's afterwards
        "0003 0002, 2, 3, 2, 3", // ops:4, 6
        "0063 0078, 4, 4, 120, 4", // private.pcap, stream 4
        "0001 0002, 9, 9, 9, 1",
        "0000 0000, 128, 128, 128, 0",
        "3ffe 3ffe, 1, 200, 128, 128",
    })
    void depthsAreLoweredAndWhatIsServedIsRaised(String said, int ird, int ord, int newIrd, int newOrd) {
        // spec/iwarp.md 25.13
        Responder.Reply reply = asked(Frames.request(0x10, 2, said)).accept(ird, ord, NONE);
        assertThat(reply.agreement()).returns(newIrd, Agreement::ird).returns(newOrd, Agreement::ord);
        assertThat(reply.frame()).isEqualTo(Frames.reply(0x10, 2, "%04x %04x".formatted(newIrd, newOrd)));
    }

    @Test
    void theConsumerSeesWhatThePeerOffersAndWants() { // spec/iwarp.md 16.3
        Responder responder = asked(Frames.request(0x10, 2, "0003 0002"));
        assertThat(responder.offeredReads()).isEqualTo(3);
        assertThat(responder.wantedReads()).isEqualTo(2);
        Responder silent = asked(Frames.request(0x00, 2, ""));
        assertThat(silent.offeredReads()).isZero();
        assertThat(silent.accept(4, 5, NONE).agreement())
                .returns(4, Agreement::ird)
                .returns(5, Agreement::ord);
    }

    @Test
    void whatIsNotNegotiatedIsMirroredAndChangesNothing() { // spec/iwarp.md 25.14; edge#11
        Responder.Reply reply = asked(Frames.request(0x10, 2, "3fff 3fff")).accept(4, 5, NONE);
        assertThat(reply.frame()).isEqualTo(Frames.reply(0x10, 2, "3fff 3fff"));
        assertThat(reply.agreement()).returns(4, Agreement::ird).returns(5, Agreement::ord);
    }

    @ParameterizedTest
    @CsvSource({
        "8004 c004, 8004 4004, READ", // C and D: adapters prefer D
        "8004 4004, 8004 4004, READ",
        "8004 8004, 8004 8004, WRITE",
        "c004 0004, c004 0004, SEND",
        "8004 0004, 8004 8004, WRITE", // none offered: as siw
        "4004 c004, 0004 0004, NONE", // A = 0: the rest means nothing
        "8000 4000, 8001 4000, READ", // a READ needs one that is served
    })
    void aPeerGetsExactlyOneFirstMessage(String said, String answered, Rtr rtr) { // spec/iwarp.md 25.15
        Responder responder = asked(Frames.request(0x10, 2, said));
        Responder.Reply reply = responder.accept(0, 4, NONE);
        assertThat(reply.agreement().rtr()).isEqualTo(rtr);
        assertThat(reply.frame()).isEqualTo(Frames.reply(0x10, 2, answered));
        assertThat(responder.isPeerToPeer()).isEqualTo(rtr != Rtr.NONE);
    }

    @Test
    void reservedBitsOfARequestMeanNothingButOursAndAreNotReturned() { // spec/iwarp.md 25.17
        Responder.Reply toOthers = asked(Frames.request(0x1d, 2, "0001 0001")).accept(1, 1, NONE);
        assertThat(toOthers.frame()[16]).isEqualTo((byte) 0x10);
        assertThat(toOthers.agreement().immediates()).isFalse();
        Responder.Reply toOurs = asked(Frames.request(0x12, 2, "0001 0001")).accept(1, 1, NONE);
        assertThat(toOurs.frame()[16]).isEqualTo((byte) 0x11);
        assertThat(toOurs.agreement().immediates()).isTrue();
    }

    @Test
    void aRequestThatSaysItIsRefusedIsTakenAndTheBitIsNotReturned() { // edge#46
        Responder responder = asked(Frames.request(0x30, 2, "0001 0001"));
        assertThat(responder.isAsked()).isTrue();
        assertThat(responder.accept(1, 1, NONE).frame()[16]).isEqualTo((byte) 0x10);
    }

    @Test
    void aRefusalHasTheRequestsRevisionThisSidesNumbersAndTheData() { // spec/iwarp.md 25.18
        Responder responder = asked(Frames.request(0x12, 2, "8003 c002"));
        assertThat(responder.reject("go away!".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Frames.reply(0x30, 2, "0003 0002 676f206177617921"));
        assertThat(asked(Frames.request(0x00, 1, "")).reject(new byte[] {1})).isEqualTo(Frames.reply(0x20, 1, "01"));
    }
}
