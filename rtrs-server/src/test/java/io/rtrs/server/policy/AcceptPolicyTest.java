package io.rtrs.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.state.ServerPathState;
import io.rtrs.core.wire.ConReq;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

class AcceptPolicyTest {
    private static final UUID SESSION = new UUID(1, 1);
    private static final UUID OLD_PATH = new UUID(2, 2);
    private static final UUID NEW_PATH = new UUID(3, 3);
    private static final InetAddress CLIENT = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress SERVER = InetAddress.ofLiteral("10.0.0.2");
    private static final InetAddress OTHER = InetAddress.ofLiteral("10.0.0.3");

    /** The next but one overflows the 16 bits. */
    private static final int ATTEMPT = 0xFFFE;

    private final List<PathEntry> paths = new ArrayList<>();
    private boolean known;
    private List<AddressRange> allowed = List.of();
    private final List<PathEntry> others = new ArrayList<>();
    private int sessions;
    private long memoryTaken;
    private long memoryMax = 1000;

    private AcceptDecision decide(ConReq request, InetAddress client) {
        ServerLimits limits = new ServerLimits(4, 3, 5, 16, 64, memoryMax, allowed);
        return new AcceptPolicy(limits, 100).decide(request.encode(), client, SERVER, new AcceptPolicy.Known() {
            @Override
            public @Nullable Collection<? extends PathEntry> pathsOf(UUID session) {
                return known && session.equals(SESSION) ? paths : null;
            }

            @Override
            public Collection<? extends PathEntry> allPaths() {
                return others;
            }

            @Override
            public int sessionCount() {
                return sessions;
            }

            @Override
            public long connectionsTaken() {
                return allPaths().stream().mapToLong(PathEntry::cidNum).sum();
            }

            @Override
            public long memoryTaken() {
                return memoryTaken;
            }
        });
    }

    private void path(ServerPathState state, int connections) {
        known = true;
        paths.add(new KnownPath(SESSION, OLD_PATH, CLIENT, SERVER, state, ATTEMPT, 3, connections, null));
    }

    private static ConReq request(int cid, int cidNum, UUID path, boolean first) {
        return new ConReq(cid, cidNum, ATTEMPT, path, SESSION, first);
    }

    private static void assertRejected(AcceptDecision decision, int errno, String... parts) {
        assertThat(decision).isInstanceOfSatisfying(AcceptDecision.Reject.class, reject -> {
            assertThat(reject.errno()).isEqualTo(-errno);
            assertThat(reject.message()).contains(parts);
        });
    }

    // spec/rtrs.md 5.3, 6 and 7
    @Test
    void sessionIsMadeByItsFirstConnectionOnly() {
        assertThat(decide(request(0, 3, NEW_PATH, true), CLIENT)).isInstanceOf(AcceptDecision.NewSession.class);
        assertRejected(decide(request(0, 3, NEW_PATH, false), CLIENT), Errno.ENXIO, SESSION.toString());
    }

    // spec/rtrs.md 5.2: any order of connections is legal
    @Test
    void sessionMayStartWithAnyConnection() {
        assertThat(decide(request(2, 3, NEW_PATH, true), CLIENT)).isInstanceOf(AcceptDecision.NewSession.class);
    }

    // spec/rtrs.md 5.3, 8
    @Test
    void pathInAnyStateButConnectingTakesNoConnection() {
        for (ServerPathState state : ServerPathState.values()) {
            paths.clear();
            path(state, 1);
            AcceptDecision decision = decide(request(1, 3, OLD_PATH, true), CLIENT);
            if (state == ServerPathState.CONNECTING) {
                assertThat(decision).isInstanceOf(AcceptDecision.NextConnection.class);
            } else {
                assertRejected(decision, Errno.ECONNRESET, OLD_PATH.toString(), state.toString());
            }
        }
    }

    /** Its goodbye was lost, or it was on its way when the client gave up: nobody needs to wait for heartbeats. */
    @Test
    void aClientThatBeginsAnewHasGivenItsPathUp() {
        for (ServerPathState state : ServerPathState.values()) {
            for (int later = 1; later <= 3; later++) {
                paths.clear();
                path(state, 1);
                AcceptDecision decision = decide(new ConReq(0, 3, ATTEMPT + later, OLD_PATH, SESSION, true), CLIENT);
                if (state == ServerPathState.CONNECTING || state == ServerPathState.CONNECTED) {
                    assertThat(decision).isInstanceOfSatisfying(AcceptDecision.Replace.class, replace -> {
                        assertThat(replace.errno()).isEqualTo(-Errno.ECONNRESET);
                        assertThat(replace.message()).contains("recon_cnt = ", "made with 65534", state.toString());
                    });
                } else {
                    assertRejected(decision, Errno.ECONNRESET, state.toString());
                }
            }
        }
    }

    /** Whoever reads UUIDs off the wire elsewhere must not end a path; nor may a request that was long under way. */
    @Test
    void anotherAddressOrAnEarlierAttemptEndsNoPath() {
        for (ServerPathState state : ServerPathState.values()) {
            paths.clear();
            path(state, 1);
            assertRejected(
                    decide(new ConReq(0, 3, ATTEMPT + 1, OLD_PATH, SESSION, true), OTHER), Errno.ECONNRESET, "CON_REQ");
            ConReq earlier = new ConReq(1, 3, ATTEMPT - 1, OLD_PATH, SESSION, true);
            assertRejected(decide(earlier, CLIENT), Errno.ECONNRESET, "CON_REQ");
        }
    }

    // spec/rtrs.md 5.3, 9 before 10
    @Test
    void countIsLookedAtBeforeTheIndex() {
        path(ServerPathState.CONNECTING, 2);
        assertRejected(decide(request(1, 2, OLD_PATH, true), CLIENT), Errno.ECONNRESET, "cid_num = 2");
        assertRejected(decide(request(1, 3, OLD_PATH, true), CLIENT), Errno.ECONNRESET, "cid = 1");
    }

    // spec/rtrs.md 5.3, 11 before 12
    @Test
    void paths128AreEnough() {
        path(ServerPathState.CONNECTED, 3);
        for (int i = 1; i < 128; i++) {
            assertThat(decide(request(0, 3, NEW_PATH, false), OTHER)).isInstanceOf(AcceptDecision.NewPath.class);
            path(ServerPathState.CONNECTED, 3);
        }
        assertRejected(decide(request(0, 3, NEW_PATH, false), CLIENT), Errno.ECONNRESET, "128 paths");
    }

    // spec/rtrs.md 5.3, 12; 5.8: even if the old path is dying
    @Test
    void samePairOfAddressesExistsAlready() {
        for (ServerPathState state : ServerPathState.values()) {
            paths.clear();
            path(state, 3);
            assertRejected(decide(request(0, 3, NEW_PATH, false), CLIENT), Errno.EEXIST, "10.0.0.1", "10.0.0.2");
            assertThat(decide(request(0, 3, NEW_PATH, false), OTHER)).isInstanceOf(AcceptDecision.NewPath.class);
        }
    }

    @Test
    void halfOpenPathsAreBoundedButTheirNextConnectionsAreNot() {
        for (int i = 0; i < 4; i++) {
            other(InetAddress.ofLiteral("10.0.1." + i), ServerPathState.CONNECTING, 2);
        }
        assertRejected(decide(request(0, 3, NEW_PATH, true), CLIENT), Errno.EBUSY, "half-open paths = 4");
        path(ServerPathState.CONNECTING, 1);
        assertRejected(decide(request(0, 3, NEW_PATH, false), OTHER), Errno.EBUSY, "half-open paths = 4");
        assertThat(decide(request(1, 3, OLD_PATH, true), CLIENT)).isInstanceOf(AcceptDecision.NextConnection.class);
    }

    private void other(InetAddress client, ServerPathState state, int cidNum) {
        UUID uuid = new UUID(9, others.size());
        others.add(new KnownPath(uuid, uuid, client, SERVER, state, ATTEMPT, cidNum, cidNum, null));
    }

    @Test
    void oneClientCannotTakeAllHalfOpenPaths() {
        for (int i = 0; i < 3; i++) {
            other(CLIENT, ServerPathState.CONNECTING, 2);
        }
        assertRejected(decide(request(0, 3, NEW_PATH, true), CLIENT), Errno.EBUSY, "of this address = 3");
        assertThat(decide(request(0, 3, NEW_PATH, true), OTHER)).isInstanceOf(AcceptDecision.NewSession.class);
    }

    /** A flood of requests for many connections each took all that the server bears, with few half-open paths. */
    @Test
    void whatHalfOpenPathsOfOneClientAnnounceLeavesHalfToOthers() {
        for (int i = 0; i < 2; i++) {
            other(CLIENT, ServerPathState.CONNECTING, 16);
        }
        assertRejected(decide(request(0, 3, NEW_PATH, true), CLIENT), Errno.EBUSY, "announced 35", "half of the 64");
        assertThat(decide(request(0, 16, NEW_PATH, true), OTHER)).isInstanceOf(AcceptDecision.NewSession.class);
        others.clear();
        other(CLIENT, ServerPathState.CONNECTED, 16);
        other(CLIENT, ServerPathState.CONNECTED, 16);
        other(CLIENT, ServerPathState.CONNECTING, 16);
        assertThat(decide(request(0, 16, NEW_PATH, true), CLIENT)).isInstanceOf(AcceptDecision.NewSession.class);
    }

    @Test
    void chunksOfHalfOpenPathsOfOneClientLeaveHalfToOthers() {
        memoryMax = 400;
        other(CLIENT, ServerPathState.CONNECTING, 2);
        assertThat(decide(request(0, 3, NEW_PATH, true), CLIENT)).isInstanceOf(AcceptDecision.NewSession.class);
        other(CLIENT, ServerPathState.CONNECTING, 2);
        assertRejected(decide(request(0, 3, NEW_PATH, true), CLIENT), Errno.EBUSY, "half of the 400");
        assertThat(decide(request(0, 3, NEW_PATH, true), OTHER)).isInstanceOf(AcceptDecision.NewSession.class);
    }

    @Test
    void sessionsAreBoundedAndTheirFurtherPathsAreNot() {
        sessions = 5;
        assertRejected(decide(request(0, 3, NEW_PATH, true), CLIENT), Errno.ENOBUFS, "sessions = 5");
        known = true;
        assertThat(decide(request(0, 3, NEW_PATH, false), CLIENT)).isInstanceOf(AcceptDecision.NewPath.class);
    }

    @Test
    void connectionsOfAPathAndOfAllPathsAreBounded() {
        assertThat(decide(request(0, 16, NEW_PATH, true), CLIENT)).isInstanceOf(AcceptDecision.NewSession.class);
        assertRejected(decide(request(0, 17, NEW_PATH, true), CLIENT), Errno.ENOBUFS, "cid_num = 17");
        for (int i = 0; i < 3; i++) {
            other(OTHER, ServerPathState.CONNECTED, 16);
        }
        assertThat(decide(request(0, 16, NEW_PATH, true), CLIENT)).isInstanceOf(AcceptDecision.NewSession.class);
        other(OTHER, ServerPathState.CLOSING, 1);
        assertRejected(decide(request(0, 16, NEW_PATH, true), CLIENT), Errno.ENOBUFS, "65 connections");
    }

    @Test
    void memoryIsBoundedToTheByte() {
        memoryTaken = 900;
        assertThat(decide(request(0, 3, NEW_PATH, true), CLIENT)).isInstanceOf(AcceptDecision.NewSession.class);
        memoryTaken = 901;
        assertRejected(decide(request(0, 3, NEW_PATH, true), CLIENT), Errno.ENOMEM, "100 bytes", "901", "1000");
    }

    @Test
    void whoMayNotConnectIsToldSoWhateverItSends() throws RtrsException {
        allowed = List.of(AddressRange.parse("10.0.0.1"), AddressRange.parse("192.168.0.0/16"));
        assertThat(decide(request(0, 3, NEW_PATH, true), CLIENT)).isInstanceOf(AcceptDecision.NewSession.class);
        assertRejected(decide(request(0, 3, NEW_PATH, false), OTHER), Errno.EACCES, "address");
    }
}
