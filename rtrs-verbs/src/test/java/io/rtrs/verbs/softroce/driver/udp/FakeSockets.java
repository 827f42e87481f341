package io.rtrs.verbs.softroce.driver.udp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.rtrs.verbs.softroce.driver.udp.SocketLayout.cmsghdr;
import io.rtrs.verbs.softroce.driver.udp.SocketLayout.iovec;
import io.rtrs.verbs.softroce.driver.udp.SocketLayout.msghdr;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A kernel that takes everything, but for the answers that it was given; it notes what it saw. */
final class FakeSockets implements Sockets {
    final List<String> calls = new ArrayList<>();
    final List<String> sent = new ArrayList<>();

    /** What the next sends return; when it is empty they succeed. */
    final Deque<Integer> answers = new ArrayDeque<>();

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
    public int setOption(int fd, int level, int option, int value) {
        calls.add("option " + level + "/" + option + "=" + value);
        return 0;
    }

    @Override
    public int getOption(int fd, int level, int option) {
        return 8 << 20;
    }

    @Override
    public int send(int fd, MemorySegment message) {
        MemorySegment vector = at(message.get(JAVA_LONG, msghdr.msg_iov), iovec.sizeof);
        int bytes = (int) vector.get(JAVA_LONG, iovec.iov_len);
        long control = message.get(JAVA_LONG, msghdr.msg_control);
        sent.add(bytes
                + (control == 0
                        ? " "
                        : " segment " + at(control, cmsghdr.sizeof + 2L).get(JAVA_SHORT, cmsghdr.sizeof)));
        Integer answer = answers.poll();
        return answer == null ? bytes : answer;
    }

    private static MemorySegment at(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    @Override
    public int receive(int fd, MemorySegment messages, int count) {
        return -EAGAIN;
    }

    @Override
    public int poll(MemorySegment fds, int count, MemorySegment time, long timeoutNs) {
        return 0;
    }

    @Override
    public int eventDescriptor() {
        openDescriptors++;
        return 78;
    }

    @Override
    public int signal(int fd) {
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
