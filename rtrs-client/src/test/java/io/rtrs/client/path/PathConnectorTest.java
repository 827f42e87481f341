package io.rtrs.client.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.path.PathConnector.Step;
import io.rtrs.core.error.Errno;
import io.rtrs.core.wire.ConRsp;
import io.rtrs.core.wire.Descriptor;
import io.rtrs.core.wire.InfoRsp;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** How a path is established (spec/rtrs.md 5.2, 5.5), without IO. */
class PathConnectorTest {
    /** Written anew by {@code -Drtrs.golden=write}, to be reviewed as a diff. */
    private static final Path GOLDEN = Path.of("src/test/resources/states/path-connector.txt");

    private static final UUID SESSION = new UUID(1, 2);
    private static final UUID PATH = new UUID(3, 4);
    private static final long TIMEOUT_NS = 30_000_000_000L;
    private static final ConRsp.Accept ACCEPT = new ConRsp.Accept(4, 8192, 4096, true);
    private static final byte[] INFO =
            new InfoRsp(List.of(new Descriptor(0x1000, 7, 4L * ACCEPT.chunkSize()))).encode();

    private final PathIdentity identity = new PathIdentity(SESSION, PATH, true);
    private final PathConnector connector = new PathConnector(identity, "ip:10.0.0.1", 1234, 2, TIMEOUT_NS);

    private static Map<String, ConnectorEvent> events() {
        Map<String, ConnectorEvent> events = new LinkedHashMap<>();
        events.put("AddressResolved", new ConnectorEvent.AddressResolved());
        events.put("RouteResolved", new ConnectorEvent.RouteResolved());
        events.put("Established", new ConnectorEvent.Established(ACCEPT.encode()));
        events.put("Established, bad", new ConnectorEvent.Established(new byte[56]));
        events.put("Rejected 28", new ConnectorEvent.Rejected(28, new ConRsp.Reject(-17).encode()));
        events.put("Rejected 28, empty", new ConnectorEvent.Rejected(28, new byte[0]));
        events.put("Rejected 8", new ConnectorEvent.Rejected(8, new byte[148]));
        events.put(
                "Unreachable",
                new ConnectorEvent.Unreachable(Errno.EHOSTUNREACH, "no device here has a route to the server"));
        events.put("Lost", new ConnectorEvent.Lost(Errno.ECONNRESET, "the server closed the connection"));
        events.put("LocalFailure", new ConnectorEvent.LocalFailure(Errno.ENOMEM, "no memory"));
        events.put("InfoReceived", new ConnectorEvent.InfoReceived(INFO));
        events.put("InfoReceived, bad", new ConnectorEvent.InfoReceived(new byte[8]));
        return events;
    }

    private List<String> actions() {
        List<String> texts = new ArrayList<>();
        for (ConnectorAction action = connector.poll(); action != null; action = connector.poll()) {
            texts.add(
                    switch (action) {
                        case ConnectorAction.Up up -> "Up[" + up.chunks().size() + " chunks]";
                        case ConnectorAction.Fail fail -> "Fail[" + fail.cause().getMessage() + "]";
                        default -> action.toString();
                    });
        }
        return texts;
    }

    /** Brings a connector to a step, con 1 where there is a choice. */
    private void drive(Step target) {
        if (target == Step.IDLE) {
            return;
        }
        connector.start(0);
        if (target == Step.FAILED) {
            connector.on(0, new ConnectorEvent.Lost(Errno.ECONNABORTED, "gone"), 0);
        } else {
            toService();
            step(target, Step.RESOLVING_ADDRESS, new ConnectorEvent.AddressResolved());
            step(target, Step.RESOLVING_ROUTE, new ConnectorEvent.RouteResolved());
            step(target, Step.CONNECTING, new ConnectorEvent.Established(ACCEPT.encode()));
            step(target, Step.AWAITING_INFO, new ConnectorEvent.InfoReceived(INFO));
        }
        actions();
        assertThat(connector.step()).isEqualTo(target);
    }

    private void toService() {
        connector.on(0, new ConnectorEvent.AddressResolved(), 0);
        connector.on(0, new ConnectorEvent.RouteResolved(), 0);
        connector.on(0, new ConnectorEvent.Established(ACCEPT.encode()), 0);
    }

    private void step(Step target, Step at, ConnectorEvent next) {
        if (connector.step() == at && target != at) {
            connector.on(1, next, 0);
        }
    }

    @Test
    void everyEventInEveryStepDoesWhatThePageSays() throws IOException {
        StringBuilder text =
                new StringBuilder("# Two connections, con 1 is being established. Step, event: next step, actions.\n");
        for (Step step : Step.values()) {
            text.append('\n').append(step).append('\n');
            events().forEach((name, event) -> {
                PathConnectorTest fresh = new PathConnectorTest();
                fresh.drive(step);
                fresh.connector.on(1, event, 1);
                text.append(line(name, fresh));
            });
            PathConnectorTest late = new PathConnectorTest();
            late.drive(step);
            late.connector.onTick(TIMEOUT_NS);
            text.append(line("time is up", late));
        }
        if ("write".equals(System.getProperty("rtrs.golden"))) {
            Files.writeString(GOLDEN, text);
        }
        assertThat(text.toString()).isEqualTo(Files.readString(GOLDEN));
    }

    private static String line(String event, PathConnectorTest after) {
        return "  " + event + ": " + after.connector.step() + " " + after.actions() + "\n";
    }

    @Test
    void connectionsAreEstablishedOneAfterTheOtherAndThenInfoIsExchanged() { // spec/rtrs.md 19.30, 19.39
        connector.start(0);
        assertThat(actions()).containsExactly("ResolveAddress[cid=0]");
        connector.on(0, new ConnectorEvent.AddressResolved(), 0);
        assertThat(actions()).containsExactly("CreateConnection[cid=0, queueDepth=512]", "ResolveRoute[cid=0]");
        connector.on(0, new ConnectorEvent.RouteResolved(), 0);
        assertThat(connector.poll()).isEqualTo(new ConnectorAction.Connect(0, identity.request(0, 2)));
        connector.on(0, new ConnectorEvent.Established(ACCEPT.encode()), 0);
        assertThat(actions()).containsExactly("ResolveAddress[cid=1]");
        connector.on(1, new ConnectorEvent.AddressResolved(), 0);
        assertThat(actions()).containsExactly("CreateConnection[cid=1, queueDepth=4]", "ResolveRoute[cid=1]");
        connector.on(1, new ConnectorEvent.RouteResolved(), 0);
        assertThat(connector.poll()).isEqualTo(new ConnectorAction.Connect(1, identity.request(1, 2)));
        connector.on(1, new ConnectorEvent.Established(ACCEPT.encode()), 0);
        assertThat(actions()).containsExactly("PrepareRequests[limits=" + ACCEPT + "]", "SendInfo[]");
        connector.on(0, new ConnectorEvent.InfoReceived(INFO), 0);
        assertThat(actions()).containsExactly("Up[4 chunks]");
        assertThat(connector.nextDeadlineNs()).isEqualTo(PathConnector.NO_DEADLINE);
    }

    @Test
    void aServerThatDoesNotAnswerForASecondIsSpokenOfOnce() {
        drive(Step.CONNECTING);
        assertThat(connector.nextDeadlineNs()).isEqualTo(PathConnector.NOTICE_NS);
        connector.onTick(PathConnector.NOTICE_NS);
        assertThat(actions())
                .containsExactly("StillWaits[what=no answer yet from port 1234; asking again until the transport gives"
                        + " up, for at most 30 s]");
        assertThat(connector.step()).isEqualTo(Step.CONNECTING);
        assertThat(connector.nextDeadlineNs()).isEqualTo(TIMEOUT_NS);
        connector.onTick(2 * PathConnector.NOTICE_NS);
        assertThat(actions()).isEmpty();
    }

    @Test
    void aServerThatAcceptsAndThenIsSilentIsSpokenOfOnceMore() {
        drive(Step.AWAITING_INFO);
        assertThat(connector.nextDeadlineNs()).isEqualTo(PathConnector.NOTICE_NS);
        connector.onTick(PathConnector.NOTICE_NS);
        assertThat(actions())
                .containsExactly(
                        "StillWaits[what=connected, but the server has not said which memory it has; waiting for"
                                + " up to 30 s]");
        assertThat(connector.nextDeadlineNs()).isEqualTo(TIMEOUT_NS);
        connector.onTick(TIMEOUT_NS);
        assertThat(actions()).singleElement().asString().contains("accepted the connections", "MTU", "INFO_RSP");
    }

    @Test
    void anEventOfAnotherConnectionIsNotTakenForTheCurrentOne() {
        drive(Step.RESOLVING_ROUTE);
        connector.on(0, new ConnectorEvent.RouteResolved(), 0);
        assertThat(connector.step()).isEqualTo(Step.RESOLVING_ROUTE);
        assertThat(actions()).isEmpty();
    }

    @Test
    void eachStepHasItsOwnDeadline() {
        connector.start(100);
        assertThat(connector.nextDeadlineNs()).isEqualTo(100 + TIMEOUT_NS);
        connector.on(0, new ConnectorEvent.AddressResolved(), 500);
        assertThat(connector.nextDeadlineNs()).isEqualTo(500 + TIMEOUT_NS);
        connector.onTick(499 + TIMEOUT_NS);
        assertThat(connector.step()).isEqualTo(Step.RESOLVING_ROUTE);
        connector.onTick(500 + TIMEOUT_NS);
        assertThat(connector.step()).isEqualTo(Step.FAILED);
    }

    @Test
    void anAttemptCountsAndAnAcceptedPathMayCreateItsSession() { // spec/rtrs.md 19.31, 19.33
        PathIdentity second = new PathIdentity(SESSION, PATH, false);
        second.onAttempt();
        assertThat(second.request(0, 2).reconnectCount()).isEqualTo(1);
        assertThat(second.request(0, 2).firstConnection()).isFalse();
        second.onServiceAccepted();
        second.onAttempt();
        assertThat(second.request(0, 2).reconnectCount()).isEqualTo(2);
        assertThat(second.request(1, 2).firstConnection()).isTrue();
        assertThat(second.request(1, 2).pathUuid()).isEqualTo(PATH);
    }
}
