package io.rtrs.soft.roce.driver.udp;

import java.lang.foreign.MemorySegment;

/**
 * The calls of the C library that UDP links and their poller need; a test may put a fake of its own in its place.
 *
 * <p><b>Errors</b>: a call returns a negative errno on failure, unless it says otherwise. <b>Threading</b>: any. <b>Allocation</b>: none after
 * a thread's first call. Structures are those of {@link SocketLayout}.
 */
interface Sockets {
    int EPERM = 1;
    int EINTR = 4;
    int EIO = 5;
    int EFAULT = 14;
    int EAGAIN = 11;
    int ENOMEM = 12;
    int EACCES = 13;
    int EINVAL = 22;
    int EMSGSIZE = 90;
    int EADDRINUSE = 98;
    int EADDRNOTAVAIL = 99;
    int ENETUNREACH = 101;
    int ENOBUFS = 105;
    int ECONNREFUSED = 111;
    int EHOSTUNREACH = 113;

    short AF_INET = 2;
    short AF_INET6 = 10;

    int SOL_SOCKET = 1;
    int SO_SNDBUF = 7;
    int SO_RCVBUF = 8;
    int SO_REUSEPORT = 15;
    int SO_SNDBUFFORCE = 32;
    int SO_RCVBUFFORCE = 33;
    int SO_ATTACH_REUSEPORT_CBPF = 51;
    int SO_MEMINFO = 55;

    /** Of what SO_MEMINFO tells, 32 bits each: which one is the datagrams dropped. */
    int SK_MEMINFO_DROPS = 8;

    /** What it tells in all. */
    int SK_MEMINFO_BYTES = 36;

    int IPPROTO_IP = 0;
    int IP_MTU_DISCOVER = 10;
    int IP_RECVERR = 11;
    int IPPROTO_IPV6 = 41;
    int IPV6_MTU_DISCOVER = 23;
    int IPV6_RECVERR = 25;
    int IPV6_V6ONLY = 26;
    /**
     * Nothing is fragmented, and the interface's MTU alone counts: what ICMP claims of the way, and anyone can forge, must not
     * keep large packets from leaving.
     */
    int PMTUDISC_PROBE = 3;

    int SOL_UDP = 17;
    int UDP_NO_CHECK6_RX = 102;
    int UDP_SEGMENT = 103;
    int UDP_GRO = 104;

    short POLLIN = 1;
    short POLLOUT = 4;
    short POLLERR = 8;

    int MSG_TRUNC = 0x20;

    byte SO_EE_ORIGIN_LOCAL = 1;

    /** A new datagram socket that does not block; its descriptor. */
    int datagramSocket(int family);

    /** Binds it to a {@code struct sockaddr}. */
    int bind(int fd, MemorySegment address);

    /** The port that it is bound to. */
    int localPort(int fd);

    /** Sets an option whose value is an {@code int}. */
    int setOption(int fd, int level, int option, int value);

    /** Sets an option whose value is a structure. */
    int setOption(int fd, int level, int option, MemorySegment value);

    /** The value of an option that is a non-negative {@code int}. */
    int getOption(int fd, int level, int option);

    /** What the kernel counts of a socket's memory (SO_MEMINFO), into {@link #SK_MEMINFO_BYTES}; negative on failure. */
    int memoryFacts(int fd, MemorySegment facts);

    /**
     * Sends a {@code struct msghdr} without waiting; the bytes sent.
     *
     * @param read memory that the message refers to and that others may free: not while the call runs
     * @throws IllegalStateException it was freed before
     */
    int send(int fd, MemorySegment message, MemorySegment read);

    /** Receives into an array of {@code struct mmsghdr} without waiting; how many were filled. */
    int receive(int fd, MemorySegment messages, int count);

    /** Receives one message of the socket's error queue into a {@code struct msghdr}; negative if there is none. */
    int receiveError(int fd, MemorySegment message);

    /**
     * Waits for an array of {@code struct pollfd}.
     *
     * @param time room for a {@code struct timespec}
     * @param timeoutNs {@link Long#MAX_VALUE}: without limit
     * @return how many are ready
     */
    int poll(MemorySegment fds, int count, MemorySegment time, long timeoutNs);

    /** A new event descriptor that does not block. */
    int eventDescriptor();

    /** Makes an event descriptor readable; negative on failure. */
    int signal(int fd);

    /** Makes it unreadable again; negative if it was. */
    int drain(int fd);

    /** Closes a descriptor. */
    int close(int fd);
}
