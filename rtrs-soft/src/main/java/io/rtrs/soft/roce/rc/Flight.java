package io.rtrs.soft.roce.rc;

import io.rtrs.soft.roce.wire.Psn;

/**
 * The numbers of the packets under way: oldest unacknowledged ≤ next to be sent ≤ first never sent; and how many may be.
 *
 * <p>They are 64 bits wide and never wrap; their low 24 bits are those of the wire (spec/rocev2.md 5.2).
 */
final class Flight {
    /** Everything before it is acknowledged. */
    private long una;

    /** Goes next; before {@link #max} while packets are repeated. */
    private long next;

    /** Was never sent. */
    private long max;

    /** The newest packet that asked for an acknowledgement. */
    private long asked;

    /** The packet {@link #next}, which was sent before, goes again to find out what arrived. */
    private boolean probing;

    private final int window;
    private final CongestionWindow congestion;
    private final Budget budget;

    /** What the budget knows of {@link #underWay}. */
    private int booked;

    /**
     * Nothing is under way.
     *
     * @param window the most packets after {@link #una}, whatever the network takes
     */
    Flight(int startPsn, int window, CongestionWindow congestion, Budget budget) {
        this.una = startPsn & Psn.MASK;
        this.next = una;
        this.max = una;
        this.asked = una - 1;
        this.window = window;
        this.congestion = congestion;
        this.budget = budget;
    }

    /** The wide number of a number of the wire, the one that is nearest to {@code reference}. */
    static long widen(int psn, long reference) {
        return reference + Psn.diff(psn, (int) reference);
    }

    long una() {
        return una;
    }

    long next() {
        return next;
    }

    long max() {
        return max;
    }

    /** Whether the packet of this number of the wire was sent and is not acknowledged. */
    boolean isUnderWay(int psn) {
        long wide = widen(psn, una);
        return wide >= una && wide < max;
    }

    boolean isOutstanding() {
        return una < max;
    }

    /** Whether all packets were sent since the last {@link #goBack}. */
    boolean isAllSent() {
        return next == max;
    }

    /** Packets under way, those that were lost among them. */
    int underWay() {
        return (int) (next - una);
    }

    /** How many packets may be under way. */
    int limit() {
        return Math.min(Math.min(window, congestion.packets()), budget.share());
    }

    /** As {@link #limit}, but no more than the other queue pairs with the same peer leave now; at least one. */
    private int limitNow() {
        return Math.min(limit(), Math.max(1, underWay() + budget.left()));
    }

    /**
     * The most packets that one new request may ask for: the share, so that it fits. If nothing is under way, nothing will
     * come to wait for: then it is what the others leave now.
     */
    int mostAnswers() {
        int share = budget.share();
        return next == una ? Math.min(share, Math.max(1, budget.left())) : share;
    }

    /**
     * Whether a packet may leave now. A limit that shrank below what is under way lets one more go, if none of those asked
     * for an acknowledgement: else nothing would ever come.
     */
    boolean hasRoom() {
        return probing || underWay() < limitNow() || asked < una;
    }

    /** Whether the request for so many packets of a READ may leave now: where they fit, or if nothing else is under way. */
    boolean hasRoomForAnswers(int packets) {
        return probing || next == una || underWay() + packets <= limitNow();
    }

    /** {@code count} numbers were sent with one packet. */
    void sent(int count, boolean asksAck) {
        next += count;
        max = Math.max(max, next);
        probing = false;
        if (asksAck) {
            asked = next - 1;
        }
        book();
    }

    /** Whether the packet {@link #next} must ask for an acknowledgement so that one is always under way. */
    boolean asksAck(boolean endsMessage) {
        int limit = limitNow();
        return endsMessage || probing || next - asked >= Math.max(1, limit >> 2) || next + 1 >= una + limit;
    }

    /** All before {@code end} is acknowledged. */
    void acknowledged(long end) {
        una = end;
        next = Math.max(next, una);
        book();
    }

    /** From the oldest again. */
    void goBack() {
        next = una;
        asked = una - 1;
        probing = false;
        book();
    }

    /** The newest request packet, which begins here, goes again. */
    void probe(long from) {
        next = from;
        probing = true;
    }

    /** Nothing is sent any more. */
    void end() {
        goBack();
    }

    private void book() {
        int now = underWay();
        if (now != booked) {
            budget.changed(booked, now);
            booked = now;
        }
    }
}
