package io.rtrs.soft.roce.cm;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.rtrs.soft.roce.cm.message.Dreq;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.cm.message.Rtu;
import io.rtrs.soft.roce.wire.Gid;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Any datagrams may come to any state: never more than an answer and a DREQ for one, and nothing is left when the consumers
 * have gone and time has passed (spec/rocev2.md 18.86). The first byte chooses the state, the rest are datagrams. An ordinary
 * build runs the seeds, captured messages where they belong; {@code JAZZER_FUZZ=1 mvn -pl rtrs-soft test
 * -Dtest=CmFuzzTest} goes on from them.
 */
class CmFuzzTest {
    private static final Gid LEFT = Gid.ofIpv4(0xC0A8_4D01);
    private static final Gid RIGHT = Gid.ofIpv4(0xC0A8_4D02);
    private static final int PORT = 7174;
    private static final int LEFT_ID = 0x5EC8_C5D5;
    private static final int RIGHT_ID = 0x556B_62C6;
    private static final int QPN = 0x11;
    private static final int STATES = 7;
    private static final CmLimits LIMITS = new CmLimits(8, 4, 12);

    @FuzzTest(maxDuration = "2m")
    void any_datagrams(byte @Nullable [] input) {
        if (input == null || input.length == 0) {
            return;
        }
        int state = Byte.toUnsignedInt(input[0]) % STATES;
        boolean active = state == 1;
        Gid peer = active ? RIGHT : LEFT;
        Node node = new Node(
                new CmIdentity(active ? LEFT : RIGHT, 0x5054_00FF_FE77_0001L, active ? LEFT_ID : RIGHT_ID, 1024),
                CmTimes.DEFAULT,
                LIMITS);
        List<Long> handles = new ArrayList<>();
        prepare(node, peer, state, handles);
        MemorySegment bytes = MemorySegment.ofArray(input);
        for (long at = 1; at < input.length; at += Mad.SIZE) {
            long before = node.cm.counter(CmCounter.SENT);
            node.deliver(bytes.asSlice(at, Math.min(Mad.SIZE, input.length - at)), peer, at);
            require(node.cm.counter(CmCounter.SENT) - before <= 2, "answers to one datagram");
            require(node.cm.connections() <= LIMITS.connections(), "too many connections");
            require(node.cm.halfOpen() <= LIMITS.halfOpen(), "too many half-open");
        }
        leave(node, handles);
    }

    /** Listening; asking; asked; accepted; established; ended here; ended there. */
    private static void prepare(Node node, Gid peer, int state, List<Long> handles) {
        require(node.cm.listen(PORT, false, 0) > 0, "a listener");
        ConnectParameters wish = new ConnectParameters(
                state == 1 ? peer : RIGHT, PORT, 0xEDB8, QPN, 0x29DB80, 1024, 1, 1, 7, 7, 19, false, PrivateData.EMPTY);
        if (state == 1) {
            handles.add(node.cm.connect(wish, 0));
        } else if (state > 1) {
            CmIdentity left = new CmIdentity(LEFT, 0x5054_00FF_FE77_0001L, LEFT_ID, 1024);
            Req req = Negotiation.request(left, CmTimes.DEFAULT, wish, LEFT_ID);
            node.deliver(Node.packet(req, 1).mad(), peer, 0);
            require(node.cm.connections() == 1, "a request");
        }
        long its = Integer.toUnsignedLong(RIGHT_ID);
        if (state > 2) {
            node.cm.accept(its, new AcceptParameters(QPN, 7, 1, 1, 7, false, PrivateData.EMPTY), 0);
        }
        if (state > 3) {
            node.deliver(
                    Node.packet(new Rtu(LEFT_ID, RIGHT_ID, PrivateData.EMPTY), 1)
                            .mad(),
                    peer,
                    0);
            require(node.cm.state(its) == ConnectionState.ESTABLISHED, "established");
        }
        if (state == 5) {
            node.cm.disconnect(its, 0);
        } else if (state == 6) {
            node.deliver(
                    Node.packet(new Dreq(LEFT_ID, RIGHT_ID, QPN, PrivateData.EMPTY), 1)
                            .mad(),
                    peer,
                    0);
        }
    }

    private static void leave(Node node, List<Long> handles) {
        for (Node.Heard event : node.events) {
            if (event.what().equals("CONNECT_REQUEST")) {
                handles.add(event.connection());
            }
        }
        long nowNs = 0;
        for (long handle : handles) {
            require(node.cm.destroy(handle, nowNs) == 0, "destroyed");
        }
        while (node.cm.nextDeadlineNs() != ConnectionManager.NO_DEADLINE) {
            nowNs = node.cm.nextDeadlineNs();
            require(node.cm.poll(1, nowNs) == 1, "a timer");
        }
        require(node.cm.entries() == 0, "nothing is left");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
