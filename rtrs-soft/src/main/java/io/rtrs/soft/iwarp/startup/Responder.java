package io.rtrs.soft.iwarp.startup;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The passive side of a startup: takes the request, sends the reply (spec/iwarp.md 3, 4).
 *
 * <p>The reply has the request's revision and its S. It never carries more than {@link #mostData} allows, and never S with
 * less than four bytes: either ends the kernel of a siw (spec/iwarp.md 2).
 */
public final class Responder extends Startup {
    /** How long a peer may take for its request once TCP is connected (spec/iwarp.md 4, 6). */
    public static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);

    private final Offer offer;
    private @Nullable StartupFrame request;

    /** A reply, and what it agrees to. */
    @SuppressWarnings("ArrayRecordComponent") // sent once, never compared
    public record Reply(byte[] frame, Agreement agreement) {}

    /** A responder; its memory is for a frame, and not used any more once nothing is wanted. */
    public Responder(Offer offer, MemorySegment room, long deadlineNs) {
        super(StartupFrame.Kind.REQUEST, room, deadlineNs);
        this.offer = offer;
    }

    @Override
    void onFrame(StartupFrame frame) {
        if (frame.revision() > StartupFrame.REVISION) {
            fail(StartupFailure.REVISION);
            return;
        }
        request = frame;
        if (frame.has(StartupFrame.MARKERS)) {
            fail(StartupFailure.MARKERS);
        }
    }

    /** Whether a valid request is there, which the consumer decides on. */
    public boolean isAsked() {
        return request != null && failure() == null;
    }

    private StartupFrame request() {
        return Objects.requireNonNull(request);
    }

    /** The request's private data. */
    public byte[] data() {
        return request().data();
    }

    /** Reads that the peer offers to serve: this side's depth at most; 0 if it does not say. */
    public int offeredReads() {
        Enhanced said = request().enhanced();
        return said == null ? 0 : Math.min(said.ird(), Offer.MOST_READS);
    }

    /** Reads that the peer wants to have under way; 0 if it does not say. */
    public int wantedReads() {
        Enhanced said = request().enhanced();
        return said == null ? 0 : Math.min(said.ord(), Offer.MOST_READS);
    }

    /** Whether the peer will send a message of its own first of all. */
    public boolean isPeerToPeer() {
        Enhanced said = request().enhanced();
        return said != null && said.peerToPeer();
    }

    /** The most private data that an answer may carry. */
    public int mostData() {
        boolean ours = request().has(StartupFrame.OFFERS_IMMEDIATES);
        int most = ours ? StartupFrame.MOST_DATA : StartupFrame.MOST_DATA_TO_OTHERS;
        return most - Enhanced.BYTES;
    }

    /**
     * The reply that accepts. This side's depth is lowered to what the peer serves; what it serves is raised to what the peer
     * wants, as siw does: both peers count on that.
     *
     * @param ird reads that the consumer serves
     * @param ord reads that the consumer wants to have under way
     * @param data at most {@link #mostData} bytes
     */
    public Reply accept(int ird, int ord, byte[] data) {
        checkRoom(data);
        Offer ours = offer.reads(ird, ord);
        boolean crc = ours.crc() || request().has(StartupFrame.CRC);
        boolean immediates = ours.immediates() && request().has(StartupFrame.OFFERS_IMMEDIATES);
        Enhanced said = request().enhanced();
        Agreement agreement = said == null
                ? new Agreement(ours.ird(), ours.ord(), crc, immediates, false, Rtr.NONE)
                : negotiate(ours, said, crc, immediates);
        int flags = (crc ? StartupFrame.CRC : 0) | (immediates ? StartupFrame.AGREES_TO_IMMEDIATES : 0);
        return new Reply(reply(flags, said == null ? null : answer(said, agreement), data), agreement);
    }

    private static Agreement negotiate(Offer ours, Enhanced said, boolean crc, boolean immediates) {
        Rtr rtr = choose(said);
        int ird = ours.ird();
        if (said.ord() != Enhanced.UNSAID) {
            ird = Math.max(ird, Math.min(said.ord(), Offer.MOST_READS));
        }
        if (rtr == Rtr.READ) {
            ird = Math.max(ird, 1);
        }
        int ord = said.ird() == Enhanced.UNSAID ? ours.ord() : Math.min(ours.ord(), said.ird());
        return new Agreement(ird, ord, crc, immediates, false, rtr);
    }

    /** Exactly one: a READ, which adapters prefer, or what is left; if nothing was offered, a WRITE, as siw does. */
    private static Rtr choose(Enhanced said) {
        if (!said.peerToPeer()) {
            return Rtr.NONE;
        }
        if (said.read()) {
            return Rtr.READ;
        }
        return said.write() || !said.send() ? Rtr.WRITE : Rtr.SEND;
    }

    /** What is not negotiated is mirrored (spec/iwarp.md 3.1). */
    private static Enhanced answer(Enhanced said, Agreement agreement) {
        return new Enhanced(
                said.peerToPeer(),
                agreement.rtr() == Rtr.SEND,
                said.ord() == Enhanced.UNSAID ? Enhanced.UNSAID : agreement.ird(),
                agreement.rtr() == Rtr.WRITE,
                agreement.rtr() == Rtr.READ,
                said.ird() == Enhanced.UNSAID ? Enhanced.UNSAID : agreement.ord());
    }

    /**
     * The reply that refuses, with this side's numbers, so that the peer may learn them.
     *
     * @param data at most {@link #mostData} bytes
     */
    public byte[] reject(byte[] data) {
        checkRoom(data);
        Enhanced said = request().enhanced();
        Enhanced ours = said == null ? null : new Enhanced(false, false, offer.ird(), false, false, offer.ord());
        return reply(StartupFrame.REJECTED, ours, data);
    }

    /** What is sent before this side closes the connection of a request that it cannot accept; mostly nothing. */
    public byte[] lastWords() {
        return failure() == StartupFailure.MARKERS ? reject(new byte[0]) : new byte[0];
    }

    private byte[] reply(int flags, @Nullable Enhanced enhanced, byte[] data) {
        return new StartupFrame(StartupFrame.Kind.REPLY, flags, request().revision(), enhanced, data).encode();
    }

    private void checkRoom(byte[] data) {
        if (data.length > mostData()) {
            throw new IllegalArgumentException("private data of " + data.length + " bytes; at most " + mostData());
        }
    }
}
