package io.rtrs.soft.work;

import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import org.jspecify.annotations.Nullable;

/** Work requests as arrays of primitives: what a send has beyond a receive. */
public final class SendArray extends ReceiveArray {
    public final int[] opcode;
    public final int[] flags;

    /** The immediate in network order. */
    public final int[] rawImm;

    /** The remote key; the key to invalidate; the new key of a bind. */
    public final int[] rkey;

    /** The remote address; the first byte of a bind. */
    public final long[] remote;

    /** The compare or add value of an atomic; the length of a bind. */
    public final long[] operand;

    public final long[] swap;
    public final int[] access;
    public final @Nullable Window[] window;
    public final @Nullable Region[] region;

    public SendArray(int count, int maxSge) {
        super(count, maxSge);
        opcode = new int[count];
        flags = new int[count];
        rawImm = new int[count];
        rkey = new int[count];
        remote = new long[count];
        operand = new long[count];
        swap = new long[count];
        access = new int[count];
        window = new Window[count];
        region = new Region[count];
        java.util.Arrays.fill(opcode, io.rtrs.verbs.WrOpcode.SEND);
    }

    public void copySend(SendArray from, int fromWr, int toWr) {
        copyReceive(from, fromWr, toWr);
        opcode[toWr] = from.opcode[fromWr];
        flags[toWr] = from.flags[fromWr];
        rawImm[toWr] = from.rawImm[fromWr];
        rkey[toWr] = from.rkey[fromWr];
        remote[toWr] = from.remote[fromWr];
        operand[toWr] = from.operand[fromWr];
        swap[toWr] = from.swap[fromWr];
        access[toWr] = from.access[fromWr];
        window[toWr] = from.window[fromWr];
        region[toWr] = from.region[fromWr];
    }
}
