package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.LiveObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Anything may arrive at the port while a connection is in use: it goes on, and nothing is left of what came. */
@Timeout(180)
class HostileDatagramsTest {
    private static final int MESSAGES = 500;
    private static final int DATAGRAMS_FOR_EACH = 32;
    private static final String NETWORK = "127." + ThreadLocalRandom.current().nextInt(64, 128) + '.'
            + ThreadLocalRandom.current().nextInt(256) + '.';

    private static final AtomicInteger ADDRESSES = new AtomicInteger();

    /** Of this test alone: one that was used goes on for its timewait. */
    private final InetAddress address = InetAddress.ofLiteral(NETWORK + ADDRESSES.incrementAndGet());

    private final InetAddress strangersAddress = InetAddress.ofLiteral(NETWORK + ADDRESSES.incrementAndGet());
    private final TwoNodes nodes = new TwoNodes(address);
    private final Node server = nodes.server;
    private final AtomicInteger exchanged = new AtomicInteger();

    HostileDatagramsTest() throws IOException {}

    @AfterEach
    void nothingIsLeft() throws IOException {
        nodes.close();
        LiveObjects nothing = new LiveObjects(0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(server.provider.liveObjects()).isEqualTo(nothing);
        assertThat(nodes.client.provider.liveObjects()).isEqualTo(nothing);
    }

    /** Whoever attacks lets a message through now and then, or it would only be a full socket that is tested. */
    @FunctionalInterface
    private interface Attack {
        void send() throws IOException;
    }

    private void exchangeUnder(Attack attack) throws IOException {
        CompletableFuture<Void> end = exchange(MESSAGES);
        while (!end.isDone()) {
            int seen = exchanged.get();
            for (int i = 0; i < DATAGRAMS_FOR_EACH; i++) {
                attack.send();
            }
            while (!end.isDone() && exchanged.get() == seen) {
                LockSupport.parkNanos(10_000);
            }
        }
        end.join();
        // What the last datagrams do is done when a message that came behind them is answered.
        exchange(1).join();
        assertThat(exchanged).hasValue(MESSAGES + 1);
    }

    private CompletableFuture<Void> exchange(int messages) throws IOException {
        return CompletableFuture.allOf(
                Game.begin(nodes.active, messages, exchanged::incrementAndGet), Game.answer(nodes.passive, messages));
    }

    @Test
    void anythingFromAStranger() throws IOException { // spec/rocev2.md 18.9, 18.11, 18.12, 18.15, 18.85, 18.86
        LiveObjects before = server.provider.liveObjects();
        try (Attacker stranger = new Attacker(strangersAddress, address, 1)) {
            exchangeUnder(() -> stranger.attack(
                    nodes.passive.qpn(), server.addressOf(nodes.listener).getPort()));
        }
        assertThat(forgetRequests()).isBetween(1, Node.BACKLOG);
        assertThat(server.provider.liveObjects()).isEqualTo(before);
    }

    @Test
    void anythingThatIsNotIntactFromThePeersAddress() throws IOException { // spec/rocev2.md 18.9, 18.11, 18.85
        InetAddress peer = nodes.client.addressOf(nodes.active.id).getAddress();
        try (Attacker impostor = new Attacker(peer, address, 2)) {
            exchangeUnder(() -> impostor.attack(
                    nodes.passive.qpn(), server.addressOf(nodes.listener).getPort()));
        }
        forgetRequests();
    }

    @Test
    void numbersFarOutsideFromThePeersAddress() throws IOException { // spec/rocev2.md 18.35, 18.36
        InetAddress peer = nodes.client.addressOf(nodes.active.id).getAddress();
        try (Attacker impostor = new Attacker(peer, address, 3)) {
            // Always the same one: of 16 million, hardly one of the 500 that the connection uses.
            exchangeUnder(() -> impostor.sendPacket(RoceOpcode.SEND_ONLY, nodes.passive.qpn(), 0x40_0000));
        }
    }

    /** Destroys what strangers asked for; how many they were. */
    private int forgetRequests() throws IOException {
        int count = 0;
        while (server.cm.getCmEvent(server.events, 1) instanceof CmEvent event) {
            server.cm.ackCmEvent(event);
            assertThat(event.type()).isEqualTo(EventType.RDMA_CM_EVENT_CONNECT_REQUEST);
            server.cm.destroyCmId(event.getConnIdPriv());
            count++;
        }
        return count;
    }
}
