package io.rtrs.soft.roce.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * Lanes by queue pair number: an open table of a power of two, at most half full.
 *
 * <p><b>Allocation:</b> {@link #find} allocates nothing.
 */
final class LaneTable {
    private static final int SMALLEST = 16;

    private @Nullable Lane[] slots = new Lane[SMALLEST];
    private int size;

    int size() {
        return size;
    }

    @Nullable
    Lane find(int number) {
        @Nullable Lane[] now = slots;
        for (int i = home(number, now.length); ; i = (i + 1) & (now.length - 1)) {
            Lane lane = now[i];
            if (lane == null || lane.number() == number) {
                return lane;
            }
        }
    }

    /** The lane in a slot of {@link #capacity()}, for walks over all. */
    @Nullable
    Lane at(int slot) {
        return slots[slot];
    }

    int capacity() {
        return slots.length;
    }

    void add(Lane lane) {
        if (2 * (size + 1) > slots.length) {
            rebuild(2 * slots.length, null);
        }
        place(lane);
        size++;
    }

    void remove(Lane lane) {
        if (find(lane.number()) == lane) {
            size--;
            rebuild(slots.length, lane);
        }
    }

    private void rebuild(int capacity, @Nullable Lane without) {
        @Nullable Lane[] old = slots;
        slots = new Lane[capacity];
        for (Lane lane : old) {
            if (lane != null && lane != without) {
                place(lane);
            }
        }
    }

    private void place(Lane lane) {
        int i = home(lane.number(), slots.length);
        while (slots[i] != null) {
            i = (i + 1) & (slots.length - 1);
        }
        slots[i] = lane;
    }

    private static int home(int number, int capacity) {
        return ((number * 0x9E37_79B9) >>> 8) & (capacity - 1);
    }
}
