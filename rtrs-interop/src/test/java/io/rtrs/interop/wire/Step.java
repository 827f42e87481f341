package io.rtrs.interop.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing that an end asks of the other.
 *
 * @param number counts the steps of both directions, from 1
 */
record Step(int number, Kind kind, int size) {
    enum Kind {
        SEND,
        SEND_WITH_IMM,
        WRITE,
        WRITE_WITH_IMM,
        READ,
        /** A write through a window of type 2, which a SEND_WITH_INV then revokes. */
        WINDOW_OF_TYPE_TWO,
        /** A write through a window of type 1. */
        WINDOW_OF_TYPE_ONE,
        /** Fetch-and-adds and compare-and-swaps. */
        ATOMICS,
        /** Many writes of all sizes at once, of which a few report. */
        MANY_WRITES,
        /** As many reads as may be under way, and as many again. */
        MANY_READS
    }

    /** Sizes around those of one and two packets, and long ones; one that fills the window many times in either direction. */
    private static int[] sizes(Kind kind, int mtu) {
        boolean longest = kind == Kind.WRITE || kind == Kind.READ;
        return new int[] {0, 1, mtu - 1, mtu, mtu + 1, 2 * mtu, longest ? End.LARGEST : 65536};
    }

    /** What one end asks of the other, from the number on. */
    static List<Step> all(int mtu, int firstNumber) {
        List<Step> steps = new ArrayList<>();
        for (Kind kind : new Kind[] {Kind.SEND, Kind.SEND_WITH_IMM, Kind.WRITE, Kind.WRITE_WITH_IMM, Kind.READ}) {
            for (int size : sizes(kind, mtu)) {
                steps.add(new Step(firstNumber + steps.size(), kind, size));
            }
        }
        for (int size : new int[] {1, 3 * mtu + 5}) {
            steps.add(new Step(firstNumber + steps.size(), Kind.WINDOW_OF_TYPE_TWO, size));
            steps.add(new Step(firstNumber + steps.size(), Kind.WINDOW_OF_TYPE_ONE, size));
        }
        for (Kind kind : new Kind[] {Kind.ATOMICS, Kind.MANY_WRITES, Kind.MANY_READS}) {
            steps.add(new Step(firstNumber + steps.size(), kind, 3 * mtu + 1));
        }
        return steps;
    }

    /** The sizes of the messages of MANY_WRITES and MANY_READS. */
    static int[] many(int count, int size) {
        int[] sizes = new int[count];
        int[] some = {1, size / 3 - 1, size, 17, size / 3, 0, size / 3 + 1};
        for (int i = 0; i < count; i++) {
            sizes[i] = some[i % some.length];
        }
        return sizes;
    }
}
