package io.rtrs.soft.iwarp.cm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.iwarp.startup.Initiator;
import io.rtrs.soft.iwarp.startup.Offer;
import io.rtrs.soft.iwarp.startup.Responder;
import io.rtrs.soft.iwarp.startup.Startup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

class ConnectionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int EINVAL = 22;
    private static final int ECONNRESET = 104;

    private final Diary here = new Diary();
    private final Diary there = new Diary();
    private final Connection active = new Connection(here);
    private final Connection passive = new Connection(there);
    private long now;

    private static MemorySegment room() {
        return MemorySegment.ofArray(new byte[532]);
    }

    private void connect(boolean peerToPeer) {
        Offer offer = new Offer(1, 1, false, peerToPeer, true);
        active.connect(new Initiator(offer, bytes("hello"), room(), now + Initiator.PATIENCE_NS), now);
    }

    private void accepted() {
        passive.onAccepted(new Responder(new Offer(1, 1, false, true, true), room(), now + Responder.PATIENCE_NS), now);
    }

    /** Brings what one side sent to the other. */
    private void deliver(Diary from, Connection to) {
        give(to, from.sent);
    }

    private void give(Connection to, byte[] bytes) {
        int at = 0;
        Startup startup = to.startup();
        while (startup != null && startup.wanted() > 0 && at < bytes.length) {
            int count = Math.min(startup.wanted(), bytes.length - at);
            MemorySegment.copy(bytes, at, startup.room(), ValueLayout.JAVA_BYTE, startup.at(), count);
            at += count;
            to.startupArrived(count, now);
            startup = to.startup();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Both are connected by TCP, and the request is there. */
    private void ask(boolean peerToPeer) {
        connect(peerToPeer);
        active.onConnected(now);
        accepted();
        deliver(here, passive);
        assertThat(here.take()).containsExactly("open", "send Req");
        assertThat(there.take()).containsExactly("REQUEST hello");
    }

    private void establish() {
        ask(true);
        assertThat(passive.accept(1, 1, bytes("welcome"), now)).isZero();
        deliver(there, active);
        passive.onFirstMessage(now);
        assertThat(here.take()).containsExactly("stream", "ESTABLISHED welcome");
        assertThat(there.take()).containsExactly("send Rep", "stream", "ESTABLISHED ");
    }

    @Test
    void aPeerThatBeginsIsEstablishedByItsFirstMessage() { // spec/iwarp.md 25.15
        ask(true);
        assertThat(passive.accept(1, 1, bytes(""), now)).isZero();
        assertThat(passive.state()).isEqualTo(ConnectionState.AWAIT_FIRST);
        assertThat(there.take()).containsExactly("send Rep", "stream");
        passive.onFirstMessage(now);
        passive.onFirstMessage(now);
        assertThat(there.take()).containsExactly("ESTABLISHED ");
    }

    @Test
    void aClientIsEstablishedByTheReply() { // spec/iwarp.md 16.2
        ask(false);
        assertThat(passive.accept(1, 1, bytes("welcome"), now)).isZero();
        assertThat(there.take()).containsExactly("send Rep", "stream", "ESTABLISHED ");
        deliver(there, active);
        assertThat(here.take()).containsExactly("stream", "ESTABLISHED welcome");
    }

    @Test
    void aRefusalGivesReasonTwentyEightAndItsData() { // spec/iwarp.md 25.18
        ask(true);
        assertThat(passive.reject(bytes("go away!"), now)).isZero();
        assertThat(there.take()).containsExactly("send Rep", "shut");
        deliver(there, active);
        assertThat(here.take()).containsExactly("fail", "REJECTED 28 go away!", "close");
        passive.onShut(now);
        assertThat(there.take()).isEmpty();
        passive.onEnd(now);
        assertThat(there.take()).containsExactly("close");
        assertThat(active.state()).isEqualTo(ConnectionState.CLOSED);
    }

    @Test
    void destroyingAnIdThatWasAskedRefuses() {
        ask(true);
        passive.destroy(now);
        deliver(there, active);
        assertThat(here.take()).containsExactly("fail", "REJECTED 28 ", "close");
    }

    @Test
    void nobodyListening() { // spec/iwarp.md 25.19
        connect(true);
        active.onConnectFailed(111, now);
        assertThat(here.take()).containsExactly("open", "fail", "REJECTED 8 ", "close");
        active.onReset(now);
        assertThat(here.take()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 110, 113, 1})
    void noWayToThePeer(int errno) { // spec/iwarp.md 16.2
        connect(true);
        active.onConnectFailed(errno, now);
        assertThat(here.take()).containsExactly("open", "fail", "UNREACHABLE -" + errno, "close");
    }

    @Test
    void aConnectTakesTenSecondsInAllAtMost() { // spec/iwarp.md 25.11
        connect(true);
        now += 6 * SECOND;
        active.onTime(now);
        active.onConnected(now);
        assertThat(active.nextDeadlineNs()).isEqualTo(10 * SECOND);
        now = 10 * SECOND - 1;
        active.onTime(now);
        assertThat(active.state()).isEqualTo(ConnectionState.REQ_SENT);
        now++;
        active.onTime(now);
        assertThat(here.take()).containsExactly("open", "send Req", "fail", "UNREACHABLE -110", "close");
    }

    @Test
    void aSynWithoutAnAnswerEndsAfterTheSameTime() {
        connect(true);
        now = 10 * SECOND;
        active.onTime(now);
        assertThat(here.take()).containsExactly("open", "fail", "UNREACHABLE -110", "close");
    }

    @Test
    void aSilentPeerIsClosedAfterFiveSecondsAndNobodyHears() { // spec/iwarp.md 25.11, spec/iwarp.md 25.20
        accepted();
        now = 5 * SECOND - 1;
        passive.onTime(now);
        assertThat(there.take()).isEmpty();
        now++;
        passive.onTime(now);
        assertThat(there.take()).containsExactly("close");
    }

    @Test
    void aConsumerMayThinkForLong() {
        ask(true);
        now += 3600 * SECOND;
        passive.onTime(now);
        assertThat(passive.nextDeadlineNs()).isEqualTo(Connection.NO_DEADLINE);
        assertThat(passive.accept(0, 0, bytes(""), now)).isZero();
    }

    @Test
    void aStrangerIsClosedAndNobodyHears() { // spec/iwarp.md 25.5
        accepted();
        give(passive, bytes("GET / HTTP/1.1\r\n"));
        assertThat(there.take()).containsExactly("close");
    }

    @Test
    void whoWantsMarkersIsToldAndClosed() { // spec/iwarp.md 25.4
        connect(true);
        active.onConnected(now);
        byte[] request = here.sent.clone();
        request[16] |= (byte) 0x80;
        accepted();
        give(passive, request);
        assertThat(there.take()).containsExactly("send Rep", "close");
        byte[] reply = there.sent;
        assertThat(reply[16] & 0xa0).isEqualTo(0x20);
    }

    @Test
    void aReplyWithMarkersIsARefusal() { // spec/iwarp.md 25.4
        ask(true);
        passive.accept(1, 1, bytes(""), now);
        there.sent[16] |= (byte) 0x80;
        here.take();
        deliver(there, active);
        assertThat(here.take()).containsExactly("fail", "REJECTED 9 ", "shut");
    }

    @Test
    void aReplyThatIsNoneIsAnError() { // spec/iwarp.md 25.5
        connect(true);
        active.onConnected(now);
        here.take();
        give(active, bytes("HTTP/1.1 400 Bad Request\r\n"));
        assertThat(here.take()).containsExactly("fail", "CONNECT_ERROR -71", "shut");
    }

    @Test
    void aReplyThatAsksForTooMuchIsTerminated() { // spec/iwarp.md 25.13
        ask(true);
        passive.accept(1, 1, bytes(""), now);
        there.sent[23] = 120;
        deliver(there, active);
        assertThat(here.take()).containsExactly("send terminate", "fail", "CONNECT_ERROR -22", "shut");
    }

    @Test
    void hangingUpInsteadOfAReplyIsTold() { // spec/iwarp.md 16.2
        connect(true);
        active.onConnected(now);
        here.take();
        active.onEnd(now);
        assertThat(here.take()).containsExactly("fail", "REJECTED -104 ", "close");
        Diary other = new Diary();
        Connection reset = new Connection(other);
        reset.connect(new Initiator(new Offer(0, 0, false, true, true), bytes(""), room(), SECOND), 0);
        reset.onConnected(0);
        other.take();
        reset.onReset(0);
        assertThat(other.take()).containsExactly("fail", "REJECTED -104 ", "close");
    }

    @Test
    void acceptingAPeerThatHasGoneFails() { // spec/iwarp.md 16.4
        ask(true);
        passive.onEnd(now);
        assertThat(there.take()).containsExactly("close");
        assertThat(passive.accept(1, 1, bytes(""), now)).isEqualTo(-ECONNRESET);
        assertThat(passive.reject(bytes(""), now)).isEqualTo(-ECONNRESET);
    }

    @Test
    void acceptingTwiceOrWithTooMuchDataIsRefused() { // spec/iwarp.md 25.7
        ask(true);
        assertThat(passive.accept(1, 1, new byte[509], now)).isEqualTo(-EINVAL);
        assertThat(passive.reject(new byte[509], now)).isEqualTo(-EINVAL);
        assertThat(passive.accept(1, 1, new byte[508], now)).isZero();
        assertThat(passive.accept(1, 1, bytes(""), now)).isEqualTo(-EINVAL);
    }

    @Test
    void whoDisconnectsHearsItWhenThePeersFinIsBackAndThePeerAtOnce() { // spec/iwarp.md 25.66
        establish();
        assertThat(active.disconnect(now)).isZero();
        assertThat(here.take()).containsExactly("fail", "shut");
        active.onShut(now);
        passive.onEnd(now);
        assertThat(there.take()).containsExactly("fail", "DISCONNECTED", "shut");
        passive.onShut(now);
        assertThat(there.take()).containsExactly("close");
        active.onEnd(now);
        assertThat(here.take()).containsExactly("DISCONNECTED", "close");
    }

    @Test
    void aPeerWhoseFinDoesNotComeIsWaitedForTwoSeconds() { // spec/iwarp.md 17
        establish();
        now = 7 * SECOND;
        active.disconnect(now);
        active.onShut(now);
        here.take();
        now += Connection.CLOSING_NS - 1;
        active.onTime(now);
        assertThat(here.take()).isEmpty();
        now++;
        active.onTime(now);
        assertThat(here.take()).containsExactly("DISCONNECTED", "close");
    }

    @Test
    void bothMayDisconnectAtOnceAndAgain() {
        establish();
        assertThat(active.disconnect(now)).isZero();
        assertThat(passive.disconnect(now)).isZero();
        assertThat(active.disconnect(now)).isZero();
        active.onEnd(now);
        active.onShut(now);
        assertThat(active.disconnect(now)).isZero();
        assertThat(here.take()).containsExactly("fail", "shut", "DISCONNECTED", "close");
    }

    @Test
    void aBrokenConnectionIsTold() { // spec/iwarp.md 25.68
        establish();
        active.onReset(now);
        active.onEnd(now);
        active.onStreamOver(now);
        assertThat(here.take()).containsExactly("fail", "DISCONNECTED", "close");
    }

    @Test
    void aStreamThatEndsEndsTheConnection() { // spec/iwarp.md 17
        establish();
        passive.onStreamOver(now);
        assertThat(there.take()).containsExactly("fail", "DISCONNECTED", "shut");
        passive.onShut(now);
        passive.onEnd(now);
        assertThat(there.take()).containsExactly("close");
    }

    @Test
    void whoIsForgottenTellsNothing() {
        establish();
        active.destroy(now);
        active.onShut(now);
        active.onEnd(now);
        assertThat(here.take()).containsExactly("fail", "shut", "close");
        connect(true);
        assertThat(here.take()).isEmpty();
    }

    @Test
    void aPeerThatLeavesBeforeItsFirstMessageIsTold() {
        ask(true);
        passive.accept(1, 1, bytes(""), now);
        there.take();
        passive.onEnd(now);
        assertThat(there.take()).containsExactly("fail", "DISCONNECTED", "shut");
    }

    @Test
    void commandsInTheWrongStateAreRefused() {
        assertThat(active.disconnect(now)).isEqualTo(-EINVAL);
        assertThat(active.accept(0, 0, bytes(""), now)).isEqualTo(-EINVAL);
        connect(true);
        assertThat(active.disconnect(now)).isEqualTo(-EINVAL);
        active.destroy(now);
        assertThat(active.startup()).isNull();
        assertThat(Objects.requireNonNull(here.take())).containsExactly("open", "fail", "close");
    }
}
