package io.rtrs.core.connection;

import org.jspecify.annotations.Nullable;

/**
 * The connections that report to one completion queue, by the number of their queue pair.
 *
 * <p><b>Threading:</b> immutable; a change makes another table. <b>Allocation:</b> none in {@link #find}.
 */
final class QueuePairTable {
    static final QueuePairTable EMPTY = new QueuePairTable(new Connection[0]);

    /** Spreads numbers that follow each other, or differ in their upper bits alone. */
    private static final int SPREAD = 0x9E3779B1;

    private final Connection[] members;
    private final int[] numbers;
    private final @Nullable Connection[] slots;
    private final int shift;

    private QueuePairTable(Connection[] members) {
        this.members = members;
        int size = Math.max(2, Integer.highestOneBit(Math.max(1, members.length)) * 4);
        this.shift = Integer.numberOfLeadingZeros(size) + 1;
        this.numbers = new int[size];
        this.slots = new Connection[size];
        for (Connection member : members) {
            int at = (member.number() * SPREAD) >>> shift;
            while (slots[at] != null) {
                at = (at + 1) & (size - 1);
            }
            numbers[at] = member.number();
            slots[at] = member;
        }
    }

    /** All of them, in the order of their coming; not to be changed. */
    Connection[] members() {
        return members;
    }

    /** The connection with this queue pair, or null. */
    @Nullable
    Connection find(int number) {
        int at = (number * SPREAD) >>> shift;
        while (true) {
            Connection there = slots[at];
            if (there == null || numbers[at] == number) {
                return there;
            }
            at = (at + 1) & (slots.length - 1);
        }
    }

    /** A table that has one more. */
    QueuePairTable with(Connection connection) {
        Connection[] more = new Connection[members.length + 1];
        System.arraycopy(members, 0, more, 0, members.length);
        more[members.length] = connection;
        return new QueuePairTable(more);
    }

    /** A table that does not have this one. */
    QueuePairTable without(Connection connection) {
        int count = 0;
        Connection[] fewer = new Connection[members.length];
        for (Connection member : members) {
            if (member != connection) {
                fewer[count++] = member;
            }
        }
        return new QueuePairTable(java.util.Arrays.copyOf(fewer, count));
    }
}
