package io.rtrs.soft.roce.driver.udp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.rtrs.soft.roce.driver.udp.SocketLayout.sock_filter;
import io.rtrs.soft.roce.driver.udp.SocketLayout.sock_fprog;
import io.rtrs.soft.roce.endpoint.Shards;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.verbs.VerbsException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The program by which the kernel chooses among the sockets of one port: the low bits of the destination queue pair number
 * are the socket's index, and management goes to the first.
 *
 * <p>A classic BPF program; it needs no privilege. It sees the datagram from its payload on, which is the BTH, and gives an
 * index; where that is beyond the sockets, or the datagram is shorter than a BTH, the kernel chooses by a hash.
 */
final class QueuePairFilter {
    // Instruction codes of classic BPF.
    private static final short LOAD_WORD = 0x20;
    private static final short AND = 0x54;
    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN_A = 0x16;
    private static final short RETURN = 0x06;

    private static final int RESERVED_AND_QPN = 4; // in the BTH: a byte, and the number (spec/rocev2.md 2.2)
    private static final int QPN_MASK = 0xFF_FFFF;
    private static final int INSTRUCTIONS = 6;

    private QueuePairFilter() {}

    /** The program, as {@code struct sock_filter[]}. */
    static MemorySegment program(Arena arena) {
        MemorySegment program = arena.allocate(INSTRUCTIONS * sock_filter.sizeof, 8);
        put(program, 0, LOAD_WORD, 0, 0, RESERVED_AND_QPN);
        put(program, 1, AND, 0, 0, QPN_MASK);
        put(program, 2, JUMP_IF_EQUAL, 2, 0, Bth.CM_QPN);
        put(program, 3, AND, 0, 0, Shards.MAX - 1);
        put(program, 4, RETURN_A, 0, 0, 0);
        put(program, 5, RETURN, 0, 0, 0);
        return program;
    }

    private static void put(MemorySegment program, int index, short code, int ifTrue, int ifFalse, int operand) {
        long at = (long) index * sock_filter.sizeof;
        program.set(JAVA_SHORT, at + sock_filter.code, code);
        program.set(JAVA_BYTE, at + sock_filter.jt, (byte) ifTrue);
        program.set(JAVA_BYTE, at + sock_filter.jf, (byte) ifFalse);
        program.set(JAVA_INT, at + sock_filter.k, operand);
    }

    /** Gives it to the sockets that share a socket's port; at least one other must. */
    static void attach(Sockets sockets, int fd) throws VerbsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wrapped = arena.allocate(sock_fprog.sizeof, 8);
            wrapped.set(JAVA_SHORT, sock_fprog.len, (short) INSTRUCTIONS);
            wrapped.set(JAVA_LONG, sock_fprog.filter, program(arena).address());
            int result = sockets.setOption(fd, Sockets.SOL_SOCKET, Sockets.SO_ATTACH_REUSEPORT_CBPF, wrapped);
            if (result < 0) {
                throw new VerbsException("SO_ATTACH_REUSEPORT_CBPF failed with errno " + -result, -result);
            }
        }
    }
}
