package io.rtrs.soft.iwarp.startup;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The active side of a startup: sends the request, takes the reply (spec/iwarp.md 3, 4).
 *
 * <p>Nothing follows the request before the reply is there (spec/iwarp.md 4, 3). Where both sides agreed on it the first thing
 * that does is a {@link Rtr}.
 */
public final class Initiator extends Startup {
    /** How long a connect may take in all, the TCP connection included (spec/iwarp.md 16.2). */
    public static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    /** The most private data of a request: what any peer takes. */
    public static final int MOST_DATA = StartupFrame.MOST_DATA_TO_OTHERS - Enhanced.BYTES;

    private final Offer offer;
    private final StartupFrame request;
    private @Nullable Agreement agreement;
    private @Nullable StartupFrame reply;

    /**
     * An initiator.
     *
     * @param data at most {@link #MOST_DATA} bytes
     * @param room memory for a frame, which is not used any more once nothing is wanted
     */
    public Initiator(Offer offer, byte[] data, MemorySegment room, long deadlineNs) {
        super(StartupFrame.Kind.REPLY, room, deadlineNs);
        this.offer = offer;
        boolean both = offer.peerToPeer();
        // A READ as the first message needs one that may be under way (spec/iwarp.md 3.2).
        int ord = both ? Math.max(1, offer.ord()) : offer.ord();
        this.request = new StartupFrame(
                StartupFrame.Kind.REQUEST,
                (offer.crc() ? StartupFrame.CRC : 0) | (offer.immediates() ? StartupFrame.OFFERS_IMMEDIATES : 0),
                StartupFrame.REVISION,
                new Enhanced(both, false, offer.ird(), both, both, ord),
                data);
        if (data.length > MOST_DATA) {
            throw new IllegalArgumentException("private data of " + data.length + " bytes; at most " + MOST_DATA);
        }
    }

    /** What is sent as soon as TCP is connected. */
    public byte[] request() {
        return request.encode();
    }

    @Override
    void onFrame(StartupFrame frame) {
        if (frame.revision() > request.revision()) {
            fail(StartupFailure.REVISION);
        } else if (frame.has(StartupFrame.REJECTED)) {
            reply = frame; // whatever else it says
        } else if (frame.has(StartupFrame.MARKERS)) {
            fail(StartupFailure.MARKERS);
        } else {
            reply = frame;
            agree(frame);
        }
    }

    private void agree(StartupFrame frame) {
        boolean crc = offer.crc() || frame.has(StartupFrame.CRC);
        boolean echoes = offer.immediates() && frame.has(StartupFrame.OFFERS_IMMEDIATES);
        boolean immediates = offer.immediates() && frame.has(StartupFrame.AGREES_TO_IMMEDIATES) && !echoes;
        Enhanced said = frame.enhanced();
        Rtr rtr = said == null ? Rtr.NONE : choose(said);
        int ird = offer.ird();
        int ord = said == null || said.ird() == Enhanced.UNSAID ? offer.ord() : Math.min(offer.ord(), said.ird());
        agreement = new Agreement(ird, ord, crc, immediates, echoes, rtr);
        if (said != null && said.ord() != Enhanced.UNSAID && said.ord() > ird) {
            fail(StartupFailure.INSUFFICIENT_IRD);
        } else if (said != null && said.peerToPeer() && offer.peerToPeer() && rtr == Rtr.NONE) {
            fail(StartupFailure.NO_COMMON_RTR);
        }
    }

    /** A peer that does not know the model of peers waits for the consumer's first message. */
    private Rtr choose(Enhanced said) {
        if (!offer.peerToPeer() || !said.peerToPeer()) {
            return Rtr.NONE;
        }
        return said.write() ? Rtr.WRITE : said.read() ? Rtr.READ : Rtr.NONE;
    }

    /** Whether the peer accepted. */
    public boolean isAccepted() {
        return agreement != null && failure() == null;
    }

    /** Whether the peer refused. */
    public boolean isRejected() {
        return reply != null && agreement == null;
    }

    /** What was agreed on, once it {@linkplain #isAccepted is accepted}. */
    public Agreement agreement() {
        return Objects.requireNonNull(agreement);
    }

    /** The private data of the reply, once the peer answered. */
    public byte[] data() {
        return Objects.requireNonNull(reply).data();
    }

    /** What is sent before this side closes a connection whose reply it cannot live with; mostly nothing. */
    public byte[] lastWords() {
        StartupFailure why = failure();
        boolean crc = agreement != null && agreement.crc();
        if (why == StartupFailure.INSUFFICIENT_IRD) {
            return LastWords.of(LastWords.INSUFFICIENT_IRD, crc);
        }
        return why == StartupFailure.NO_COMMON_RTR ? LastWords.of(LastWords.NO_MATCHING_RTR, crc) : new byte[0];
    }
}
