package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rtrs.soft.roce.endpoint.Shards;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.verbs.VerbsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The kernel hands each packet to the socket that its queue pair's number names. */
class QueuePairFilterTest {
    private static final int CODE = 0;
    private static final int TRUE = 2;
    private static final int FALSE = 3;
    private static final int OPERAND = 4;
    private static final int INSTRUCTION = 8;
    private static final int LOAD_WORD = 0x20; // <linux/bpf_common.h>: BPF_LD | BPF_W | BPF_ABS
    private static final int AND = 0x54;
    private static final int EQUAL = 0x15;
    private static final int RETURN_A = 0x16;
    private static final int RETURN = 0x06;

    @Test
    void theProgramIsByteForByte() {
        ByteBuffer expected = ByteBuffer.allocate(48).order(ByteOrder.nativeOrder());
        instruction(expected, 0x20, 0, 0, 4);
        instruction(expected, 0x54, 0, 0, 0x00FF_FFFF);
        instruction(expected, 0x15, 2, 0, 1);
        instruction(expected, 0x54, 0, 0, 15);
        instruction(expected, 0x16, 0, 0, 0);
        instruction(expected, 0x06, 0, 0, 0);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(QueuePairFilter.program(arena).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(expected.array());
        }
    }

    private static void instruction(ByteBuffer to, int code, int ifTrue, int ifFalse, int operand) {
        to.putShort((short) code).put((byte) ifTrue).put((byte) ifFalse).putInt(operand);
    }

    @Test
    void itNamesTheSocketOfEveryNumber() {
        Random random = new Random(4791);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = QueuePairFilter.program(arena);
            for (int i = 0; i < 10_000; i++) {
                int number = i < 64 ? i : random.nextInt(1 << 24);
                int reserved = random.nextInt(256);
                int expected = number == Bth.CM_QPN ? 0 : Shards.of(number);
                assertThat(run(program, reserved << 24 | number))
                        .as("%d", number)
                        .isEqualTo(expected);
            }
        }
    }

    /** Runs a program on a packet whose second word is given. */
    private static int run(MemorySegment program, int word) {
        int a = 0;
        for (int at = 0; ; at++) {
            long from = (long) at * INSTRUCTION;
            int operand = program.get(ValueLayout.JAVA_INT, from + OPERAND);
            switch (program.get(ValueLayout.JAVA_SHORT, from + CODE)) {
                case LOAD_WORD -> {
                    assertThat(operand).isEqualTo(4);
                    a = word;
                }
                case AND -> a &= operand;
                case EQUAL -> at += program.get(ValueLayout.JAVA_BYTE, from + (a == operand ? TRUE : FALSE));
                case RETURN_A -> {
                    return a;
                }
                case RETURN -> {
                    return operand;
                }
                default -> throw new AssertionError("instruction " + at);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 16})
    void packetsComeToTheSocketThatTheirQueuePairNames(int sockets) throws Exception {
        List<UdpLink> links = new ArrayList<>();
        try (DatagramChannel stranger = DatagramChannel.open()) {
            links.add(Loopback.open(UdpDriver.LINUX));
            for (int i = 1; i < sockets; i++) {
                links.add(links.getFirst().openBeside(i).orElseThrow());
            }
            InetSocketAddress to = new InetSocketAddress(
                    links.getFirst().facts().address().address(),
                    links.getFirst().facts().port());
            for (int number : new int[] {Bth.CM_QPN, 0x10, 0x12_3451, 0xAB_CDE2, 0xFF_FF03, 0x7F, 2}) {
                int expected = number == Bth.CM_QPN ? 0 : Shards.of(number);
                if (expected < sockets) {
                    stranger.send(packetTo(number), to);
                    assertThat(arrival(links)).as("of %x", number).isEqualTo(expected);
                } else {
                    stranger.send(packetTo(number), to);
                    assertThat(arrival(links)).as("of %x, by a hash", number).isBetween(0, sockets - 1);
                }
            }
            stranger.send(ByteBuffer.allocate(5), to);
            assertThat(arrival(links)).as("of five bytes, by a hash").isBetween(0, sockets - 1);
        } finally {
            links.reversed().forEach(UdpLink::close);
        }
    }

    private static ByteBuffer packetTo(int number) {
        return ByteBuffer.allocate(24).putInt(4, number);
    }

    /** Which link the only packet comes to. */
    private static int arrival(List<UdpLink> links) {
        int[] at = {-1};
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            for (int i = 0; i < links.size(); i++) {
                if (links.get(i).receive((memory, offset, length, hi, lo, port, now) -> {}, 64, 0) == 1) {
                    at[0] = i;
                }
            }
            return at[0] >= 0;
        });
        return at[0];
    }

    @Test
    void anotherProcessIsRefusedThePortAsBefore() throws Exception {
        List<UdpLink> links = new ArrayList<>();
        try {
            links.add(Loopback.open(UdpDriver.LINUX));
            links.add(links.getFirst().openBeside(1).orElseThrow());
            links.add(links.getFirst().openBeside(2).orElseThrow());
            InetAddress address = links.getFirst().facts().address().address();
            assertThatThrownBy(() -> UdpDriver.LINUX.open(address, LinkOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.errno()).isEqualTo(Sockets.EADDRINUSE))
                    .hasMessageContaining(
                            "by process " + ProcessHandle.current().pid());
            assertThatThrownBy(() -> bindPlainly(address)).isInstanceOf(BindException.class);
        } finally {
            links.reversed().forEach(UdpLink::close);
        }
        try (UdpLink again =
                UdpDriver.LINUX.open(links.getFirst().facts().address().address(), LinkOptions.DEFAULT)) {
            assertThat(again.facts().port()).isEqualTo(links.getFirst().facts().port());
        }
    }

    private static void bindPlainly(InetAddress address) throws IOException {
        try (DatagramChannel other = DatagramChannel.open()) {
            other.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            other.bind(new InetSocketAddress(address, 4791));
        }
    }

    @Test
    void aPortableLinkHasNoSocketsBeside() throws Exception {
        try (UdpLink link = Loopback.open(UdpDriver.NIO)) {
            assertThat(link.openBeside(1)).isEmpty();
        }
    }
}
