package io.rtrs.soft.roce.driver.udp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.rtrs.soft.roce.driver.udp.SocketLayout.cmsghdr;
import io.rtrs.soft.roce.driver.udp.SocketLayout.iovec;
import io.rtrs.soft.roce.driver.udp.SocketLayout.msghdr;
import io.rtrs.soft.roce.driver.udp.SocketLayout.pollfd;
import io.rtrs.soft.roce.driver.udp.SocketLayout.sock_extended_err;
import io.rtrs.soft.roce.wire.Gid;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A kernel that takes everything, but for the answers that it was given; it notes what it saw. */
final class FakeSockets implements Sockets {
    final List<String> calls = new ArrayList<>();
    final List<String> sent = new ArrayList<>();

    /** The bytes of the last send, wherever they were. */
    byte[] last = {};

    /** What the next sends return; when it is empty they succeed. */
    final Deque<Integer> answers = new ArrayDeque<>();

    /** An ICMP message. */
    record Icmp(Gid to, int port, int errno, Gid reporter) {}

    /** What the error queue holds. */
    final Deque<Icmp> errors = new ArrayDeque<>();

    /** Whether a send fails as long as the error queue holds something. */
    boolean tellsErrors;

    /** What others do while somebody is in {@link #poll}. */
    Runnable whileAsleep = () -> {};

    /** What others do while a message is sent. */
    Runnable whileSending = () -> {};

    /** How often the event descriptor was signalled. */
    int signals;

    /** The events of the second descriptor of the last {@link #poll}. */
    int waitedFor;

    int bindAnswer;
    int openDescriptors;

    @Override
    public int datagramSocket(int family) {
        openDescriptors++;
        return 77;
    }

    @Override
    public int bind(int fd, MemorySegment address) {
        calls.add("bind " + address.get(JAVA_SHORT, 0) + "/" + SocketAddresses.port(address, 0));
        return bindAnswer;
    }

    @Override
    public int localPort(int fd) {
        return 40_000;
    }

    @Override
    public int setOption(int fd, int level, int option, MemorySegment value) {
        return 0;
    }

    @Override
    public int setOption(int fd, int level, int option, int value) {
        calls.add("option " + level + "/" + option + "=" + value);
        return 0;
    }

    @Override
    public int getOption(int fd, int level, int option) {
        return 8 << 20;
    }

    /** What the socket says that it dropped so far. */
    int drops;

    @Override
    public int memoryFacts(int fd, MemorySegment facts) {
        facts.set(JAVA_INT, SK_MEMINFO_BYTES - JAVA_INT.byteSize(), drops);
        return 0;
    }

    @Override
    public int send(int fd, MemorySegment message, MemorySegment read) {
        if (!read.scope().isAlive()) {
            throw new IllegalStateException("closed");
        }
        last = gathered(message);
        whileSending.run();
        int bytes = last.length;
        long control = message.get(JAVA_LONG, msghdr.msg_control);
        sent.add(bytes
                + (control == 0
                        ? " "
                        : " segment " + at(control, cmsghdr.sizeof + 2L).get(JAVA_SHORT, cmsghdr.sizeof)));
        Icmp pending = tellsErrors ? errors.peek() : null;
        if (pending != null) {
            return -pending.errno;
        }
        Integer answer = answers.poll();
        return answer == null ? bytes : answer;
    }

    private static byte[] gathered(MemorySegment message) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int pieces = (int) message.get(JAVA_LONG, msghdr.msg_iovlen);
        MemorySegment vectors = at(message.get(JAVA_LONG, msghdr.msg_iov), (long) pieces * iovec.sizeof);
        for (long piece = 0; piece < vectors.byteSize(); piece += iovec.sizeof) {
            long address = vectors.get(JAVA_LONG, piece + iovec.iov_base);
            all.writeBytes(
                    at(address, vectors.get(JAVA_LONG, piece + iovec.iov_len)).toArray(JAVA_BYTE));
        }
        return all.toByteArray();
    }

    private static MemorySegment at(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    @Override
    public int receive(int fd, MemorySegment messages, int count) {
        return -EAGAIN;
    }

    @Override
    public int receiveError(int fd, MemorySegment message) {
        Icmp error = errors.poll();
        if (error == null) {
            return -EAGAIN;
        }
        SocketAddresses.write(at(message.get(JAVA_LONG, msghdr.msg_name), 28), error.to, error.port, 0);
        MemorySegment control =
                at(message.get(JAVA_LONG, msghdr.msg_control), 64).fill((byte) 0);
        control.set(JAVA_INT, cmsghdr.cmsg_level, IPPROTO_IP);
        control.set(JAVA_INT, cmsghdr.cmsg_type, IP_RECVERR);
        control.set(JAVA_INT, cmsghdr.sizeof + sock_extended_err.ee_errno, error.errno);
        control.set(JAVA_BYTE, cmsghdr.sizeof + sock_extended_err.ee_origin, (byte) 2); // ICMP
        SocketAddresses.write(control.asSlice(cmsghdr.sizeof + sock_extended_err.sizeof, 28), error.reporter, 0, 0);
        message.set(JAVA_LONG, msghdr.msg_controllen, 48);
        return 0;
    }

    @Override
    public int poll(MemorySegment fds, int count, MemorySegment time, long timeoutNs) {
        waitedFor = count < 2 ? 0 : fds.get(JAVA_SHORT, pollfd.sizeof + pollfd.events);
        whileAsleep.run();
        return 0;
    }

    @Override
    public int eventDescriptor() {
        openDescriptors++;
        return 78;
    }

    @Override
    public int signal(int fd) {
        signals++;
        return Long.BYTES;
    }

    @Override
    public int drain(int fd) {
        return Long.BYTES;
    }

    @Override
    public int close(int fd) {
        openDescriptors--;
        return 0;
    }
}
