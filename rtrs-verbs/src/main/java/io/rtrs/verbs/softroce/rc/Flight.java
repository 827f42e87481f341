package io.rtrs.verbs.softroce.rc;

import io.rtrs.verbs.softroce.wire.Psn;

/**
 * The numbers of the packets under way: oldest unacknowledged ≤ next to be sent ≤ first never sent.
 *
 * <p>They are 64 bits wide and never wrap; their low 24 bits are those of the wire (spec/rocev2.md 5.2).
 */
final class Flight {
    /** Everything before it is acknowledged. */
    long una;

    /** Goes next; before {@link #max} while packets are repeated. */
    long next;

    /** Was never sent. */
    long max;

    /** The newest packet that asked for an acknowledgement. */
    long asked;

    /** The packet {@link #next}, which was sent before, goes again to find out what arrived. */
    boolean probing;

    /** The most packets after {@link #una}. */
    final int window;

    Flight(int startPsn, int window) {
        this.una = startPsn & Psn.MASK;
        this.next = una;
        this.max = una;
        this.asked = una - 1;
        this.window = window;
    }

    /** The wide number of a number of the wire, the one that is nearest to {@code reference}. */
    static long widen(int psn, long reference) {
        return reference + Psn.diff(psn, (int) reference);
    }

    boolean isOutstanding() {
        return una < max;
    }

    /** How many packets the window still takes. */
    int room() {
        return (int) (una + window - next);
    }

    /** Whether so many packets may leave now. */
    boolean hasRoom(int packets) {
        return probing || room() >= packets;
    }

    /** {@code count} numbers were sent. */
    void sent(int count) {
        next += count;
        max = Math.max(max, next);
        probing = false;
    }

    /** Whether the packet {@link #next} must ask for an acknowledgement so that one is always under way. */
    boolean asksAck(boolean endsMessage) {
        return endsMessage || probing || next - asked >= Math.max(1, window >> 2) || next + 1 == una + window;
    }

    /** From the oldest again. */
    void goBack() {
        next = una;
        asked = una - 1;
        probing = false;
    }

    /** The newest request packet, which begins here, goes again. */
    void probe(long from) {
        next = from;
        probing = true;
    }

    /** Whether all packets were sent since the last {@link #goBack}. */
    boolean isAllSent() {
        return next == max;
    }
}
