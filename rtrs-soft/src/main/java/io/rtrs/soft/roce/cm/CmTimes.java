package io.rtrs.soft.roce.cm;

import java.util.concurrent.TimeUnit;

/**
 * How long things take (spec/rocev2.md 13.5): shorter than the kernel's, and codes that make the kernel quick.
 *
 * @param requestResendNs until a REQ is sent again
 * @param requestRetries how often, before the peer counts as unreachable
 * @param replyResendNs until a REP is sent again; earlier if the REQ asks for it, not before {@link #REPLY_RESEND_MIN_NS}.
 *     The REQ says how often
 * @param disconnectResendNs until a DREQ is sent again; the peer answers when its consumer reacts
 * @param disconnectRetries how often, before the connection ends without the peer
 * @param timewaitNs how long late messages are answered
 * @param mraMaxNs the longest that a peer may make this side wait with one MRA
 * @param remoteResponseCode time code in REQ: how soon the peer should answer
 * @param localResponseCode time code in REQ: how soon the peer should send its REP again
 * @param serviceCode time code in MRA: how long our consumer may take
 */
public record CmTimes(
        long requestResendNs,
        int requestRetries,
        long replyResendNs,
        long disconnectResendNs,
        int disconnectRetries,
        long timewaitNs,
        long mraMaxNs,
        int remoteResponseCode,
        int localResponseCode,
        int serviceCode) {
    /** A REP is not sent again sooner, whatever a REQ asks for. */
    public static final long REPLY_RESEND_MIN_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** When the network says that a REQ did not arrive, the second try follows it so soon, once. */
    static final long UNREACHABLE_RESEND_NS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Tries of a REQ but the first. A kernel that works on one asks for time when it comes again. */
    private static final int REQUEST_RETRIES = 7;

    /** The retries that fit the field of a REQ. */
    static final int MAX_RETRIES = 15;

    /**
     * What is used without a reason to differ: REQs, REPs and DREQs a second apart, a REQ 8 times, the others 16 times; two
     * seconds of timewait.
     */
    public static final CmTimes DEFAULT = new CmTimes(
            TimeUnit.SECONDS.toNanos(1),
            REQUEST_RETRIES,
            TimeUnit.SECONDS.toNanos(1),
            TimeUnit.SECONDS.toNanos(1),
            MAX_RETRIES,
            TimeUnit.SECONDS.toNanos(2),
            TimeUnit.MINUTES.toNanos(5),
            18,
            17,
            24);

    private static final long UNIT_NS = 4096;

    /** The time of a 5-bit code: 4.096 microseconds times two to its power. */
    public static long ofCode(int code) {
        return UNIT_NS << code;
    }
}
