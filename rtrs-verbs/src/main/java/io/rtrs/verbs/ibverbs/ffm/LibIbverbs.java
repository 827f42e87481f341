package io.rtrs.verbs.ibverbs.ffm;

import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_qp_attr;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of libibverbs that have symbols, as C has them; structures by address.
 *
 * <p>Those that return a pointer return 0 with {@link Errno#last()} on failure, the others 0 or a positive errno.
 */
public final class LibIbverbs {
    private static final int IBV_QP_STATE = 1;
    private static final int IBV_QPS_ERR = 6;

    private static final MethodHandle GET_DEVICE_LIST =
            Libraries.verbsErrno("ibv_get_device_list", Libraries.type("LL"));
    private static final MethodHandle FREE_DEVICE_LIST = Libraries.verbs("ibv_free_device_list", Libraries.type("VL"));
    private static final MethodHandle GET_DEVICE_NAME = Libraries.verbs("ibv_get_device_name", Libraries.type("LL"));
    private static final MethodHandle QUERY_DEVICE = Libraries.verbsErrno("ibv_query_device", Libraries.type("ILL"));
    private static final MethodHandle ALLOC_PD = Libraries.verbsErrno("ibv_alloc_pd", Libraries.type("LL"));
    private static final MethodHandle DEALLOC_PD = Libraries.verbsErrno("ibv_dealloc_pd", Libraries.type("IL"));
    private static final MethodHandle CREATE_CHANNEL =
            Libraries.verbsErrno("ibv_create_comp_channel", Libraries.type("LL"));
    private static final MethodHandle DESTROY_CHANNEL =
            Libraries.verbsErrno("ibv_destroy_comp_channel", Libraries.type("IL"));
    private static final MethodHandle CREATE_CQ = Libraries.verbsErrno("ibv_create_cq", Libraries.type("LLILLI"));
    private static final MethodHandle DESTROY_CQ = Libraries.verbsErrno("ibv_destroy_cq", Libraries.type("IL"));
    private static final MethodHandle GET_CQ_EVENT = Libraries.verbsErrno("ibv_get_cq_event", Libraries.type("ILLL"));
    private static final MethodHandle ACK_CQ_EVENTS = Libraries.verbs("ibv_ack_cq_events", Libraries.type("VLI"));
    private static final MethodHandle REG_MR = Libraries.verbsErrno("ibv_reg_mr", Libraries.type("LLLLI"));
    private static final MethodHandle DEREG_MR = Libraries.verbsErrno("ibv_dereg_mr", Libraries.type("IL"));
    private static final MethodHandle MODIFY_QP = Libraries.verbsErrno("ibv_modify_qp", Libraries.type("ILLI"));
    private static final MethodHandle QUERY_QP = Libraries.verbsErrno("ibv_query_qp", Libraries.type("ILLIL"));

    private LibIbverbs() {}

    /** How many devices there are; a negative errno if the list cannot be had. */
    public static int deviceCount() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            long list = (long) GET_DEVICE_LIST.invokeExact(Errno.state(), count.address());
            if (list == 0) {
                return -Errno.last();
            }
            FREE_DEVICE_LIST.invokeExact(list);
            return count.get(ValueLayout.JAVA_INT, 0);
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** The name of a {@code struct ibv_device}. */
    public static String deviceName(long device) {
        try {
            return NativeMemory.string((long) GET_DEVICE_NAME.invokeExact(device));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** Fills a {@code struct ibv_device_attr}. */
    public static int queryDevice(long context, long attr) {
        try {
            return result((int) QUERY_DEVICE.invokeExact(Errno.state(), context, attr));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    public static long allocPd(long context) {
        return pointer(ALLOC_PD, context);
    }

    public static int deallocPd(long pd) {
        return release(DEALLOC_PD, pd);
    }

    public static long createCompChannel(long context) {
        return pointer(CREATE_CHANNEL, context);
    }

    public static int destroyCompChannel(long channel) {
        return release(DESTROY_CHANNEL, channel);
    }

    /** Without a context of the user's; {@code channel} may be 0. */
    public static long createCq(long context, int entries, long channel, int vector) {
        try {
            return (long) CREATE_CQ.invokeExact(Errno.state(), context, entries, 0L, channel, vector);
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    public static int destroyCq(long cq) {
        return release(DESTROY_CQ, cq);
    }

    /**
     * Takes one event; EAGAIN if there is none and the channel does not block. <b>Allocation:</b> none after a thread's
     * first call.
     *
     * @param cq where the address of the event's queue goes
     * @param userContext where the queue's user context goes
     */
    public static int getCqEvent(long channel, long cq, long userContext) {
        try {
            return Errno.of((int) GET_CQ_EVENT.invokeExact(Errno.state(), channel, cq, userContext));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    public static void ackCqEvents(long cq, int events) {
        try {
            ACK_CQ_EVENTS.invokeExact(cq, events);
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    public static long regMr(long pd, long address, long length, int access) {
        try {
            return (long) REG_MR.invokeExact(Errno.state(), pd, address, length, access);
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    public static int deregMr(long mr) {
        return release(DEREG_MR, mr);
    }

    /** Moves the queue pair to the error state. */
    public static int modifyToError(long qp) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ibv_qp_attr.sizeof, 8);
            attr.set(ValueLayout.JAVA_INT, ibv_qp_attr.qp_state, IBV_QPS_ERR);
            return result((int) MODIFY_QP.invokeExact(Errno.state(), qp, attr.address(), IBV_QP_STATE));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** The state of the queue pair, or a negative errno. */
    public static int queryState(long qp, long initAttrSize) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ibv_qp_attr.sizeof, 8);
            MemorySegment init = arena.allocate(initAttrSize, 8);
            int failed =
                    result((int) QUERY_QP.invokeExact(Errno.state(), qp, attr.address(), IBV_QP_STATE, init.address()));
            return failed != 0 ? -failed : attr.get(ValueLayout.JAVA_INT, ibv_qp_attr.qp_state);
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    private static long pointer(MethodHandle function, long argument) {
        try {
            return (long) function.invokeExact(Errno.state(), argument);
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    private static int release(MethodHandle function, long argument) {
        try {
            return result((int) function.invokeExact(Errno.state(), argument));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** Verbs return the errno itself; some drivers return -1 and set it, as old ones all did. */
    private static int result(int returned) {
        return returned >= 0 ? returned : Errno.of(returned);
    }
}
