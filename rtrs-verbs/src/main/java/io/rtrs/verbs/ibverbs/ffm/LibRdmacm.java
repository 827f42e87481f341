package io.rtrs.verbs.ibverbs.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of librdmacm, as C has them; structures by address.
 *
 * <p>Those that return a pointer return 0 with {@link Errno#last()} on failure, the others 0 or a positive errno.
 */
public final class LibRdmacm {
    private static final int RDMA_OPTION_ID = 0;
    private static final int RDMA_OPTION_ID_REUSEADDR = 1;
    private static final int IBV_EVENT_COMM_EST = 4;

    private static final MethodHandle CREATE_CHANNEL =
            Libraries.cmErrno("rdma_create_event_channel", Libraries.type("L"));
    private static final MethodHandle DESTROY_CHANNEL =
            Libraries.cmErrno("rdma_destroy_event_channel", Libraries.type("VL"));
    private static final MethodHandle CREATE_ID = Libraries.cmErrno("rdma_create_id", Libraries.type("ILLLI"));
    private static final MethodHandle DESTROY_ID = Libraries.cmErrno("rdma_destroy_id", Libraries.type("IL"));
    private static final MethodHandle DESTROY_EP = Libraries.cmErrno("rdma_destroy_ep", Libraries.type("VL"));
    private static final MethodHandle BIND_ADDR = Libraries.cmErrno("rdma_bind_addr", Libraries.type("ILL"));
    private static final MethodHandle LISTEN = Libraries.cmErrno("rdma_listen", Libraries.type("ILI"));
    private static final MethodHandle RESOLVE_ADDR = Libraries.cmErrno("rdma_resolve_addr", Libraries.type("ILLLI"));
    private static final MethodHandle RESOLVE_ROUTE = Libraries.cmErrno("rdma_resolve_route", Libraries.type("ILI"));
    private static final MethodHandle CREATE_QP = Libraries.cmErrno("rdma_create_qp", Libraries.type("ILLL"));
    private static final MethodHandle DESTROY_QP = Libraries.cmErrno("rdma_destroy_qp", Libraries.type("VL"));
    private static final MethodHandle CONNECT = Libraries.cmErrno("rdma_connect", Libraries.type("ILL"));
    private static final MethodHandle ACCEPT = Libraries.cmErrno("rdma_accept", Libraries.type("ILL"));
    private static final MethodHandle REJECT = Libraries.cmErrno("rdma_reject", Libraries.type("ILLB"));
    private static final MethodHandle NOTIFY = Libraries.cmErrno("rdma_notify", Libraries.type("ILI"));
    private static final MethodHandle DISCONNECT = Libraries.cmErrno("rdma_disconnect", Libraries.type("IL"));
    private static final MethodHandle SET_OPTION = Libraries.cmErrno("rdma_set_option", Libraries.type("ILIILL"));
    private static final MethodHandle GET_EVENT = Libraries.cmErrno("rdma_get_cm_event", Libraries.type("ILL"));
    private static final MethodHandle ACK_EVENT = Libraries.cmErrno("rdma_ack_cm_event", Libraries.type("IL"));

    private LibRdmacm() {}

    public static long createEventChannel() {
        try {
            return (long) CREATE_CHANNEL.invokeExact(Errno.state());
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    public static void destroyEventChannel(long channel) {
        dispose(DESTROY_CHANNEL, channel);
    }

    /** The address of the new id; 0 on failure. */
    public static long createId(long channel, int portSpace) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment id = arena.allocate(ValueLayout.JAVA_LONG);
            int result = (int) CREATE_ID.invokeExact(Errno.state(), channel, id.address(), 0L, portSpace);
            return result == 0 ? id.get(ValueLayout.JAVA_LONG, 0) : 0;
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** Waits until all events of the id that were taken are acknowledged. */
    public static int destroyId(long id) {
        return one(DESTROY_ID, id);
    }

    /** Destroys the queue pair of the id, too. */
    public static void destroyEp(long id) {
        dispose(DESTROY_EP, id);
    }

    public static int bindAddr(long id, long address) {
        return two(BIND_ADDR, id, address);
    }

    public static int listen(long id, int backlog) {
        return oneAndInt(LISTEN, id, backlog);
    }

    /** {@code source} may be 0. */
    public static int resolveAddr(long id, long source, long destination, int timeoutMs) {
        try {
            return Errno.of((int) RESOLVE_ADDR.invokeExact(Errno.state(), id, source, destination, timeoutMs));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    public static int resolveRoute(long id, int timeoutMs) {
        return oneAndInt(RESOLVE_ROUTE, id, timeoutMs);
    }

    public static int createQp(long id, long pd, long initAttr) {
        try {
            return Errno.of((int) CREATE_QP.invokeExact(Errno.state(), id, pd, initAttr));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    public static void destroyQp(long id) {
        dispose(DESTROY_QP, id);
    }

    public static int connect(long id, long param) {
        return two(CONNECT, id, param);
    }

    public static int accept(long id, long param) {
        return two(ACCEPT, id, param);
    }

    public static int reject(long id, long privateData, int length) {
        try {
            return Errno.of((int) REJECT.invokeExact(Errno.state(), id, privateData, (byte) length));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** Reports {@code IBV_EVENT_COMM_EST}. */
    public static int notifyEstablished(long id) {
        return oneAndInt(NOTIFY, id, IBV_EVENT_COMM_EST);
    }

    public static int disconnect(long id) {
        return one(DISCONNECT, id);
    }

    public static int setReuseAddress(long id) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment on = arena.allocateFrom(ValueLayout.JAVA_INT, 1);
            return Errno.of((int) SET_OPTION.invokeExact(
                    Errno.state(), id, RDMA_OPTION_ID, RDMA_OPTION_ID_REUSEADDR, on.address(), on.byteSize()));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** Takes an event; EAGAIN if there is none and the channel does not block. */
    public static int getCmEvent(long channel, long event) {
        return two(GET_EVENT, channel, event);
    }

    public static int ackCmEvent(long event) {
        return one(ACK_EVENT, event);
    }

    private static int one(MethodHandle function, long argument) {
        try {
            return Errno.of((int) function.invokeExact(Errno.state(), argument));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    private static int oneAndInt(MethodHandle function, long first, int second) {
        try {
            return Errno.of((int) function.invokeExact(Errno.state(), first, second));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    private static int two(MethodHandle function, long first, long second) {
        try {
            return Errno.of((int) function.invokeExact(Errno.state(), first, second));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    private static void dispose(MethodHandle function, long argument) {
        try {
            function.invokeExact(Errno.state(), argument);
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }
}
