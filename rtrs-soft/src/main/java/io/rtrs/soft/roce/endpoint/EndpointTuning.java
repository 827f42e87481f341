package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.rc.QpAttributes;

/**
 * Numbers that an endpoint chooses by itself.
 *
 * @param window packets that a queue pair may have unacknowledged at a peer that tells nothing about itself
 *     (spec/rocev2.md 6.4)
 * @param receiveBytes receive buffer of the socket; 0: unknown
 * @param rnrTimer code of the time that a peer waits when no receive is posted here (spec/rocev2.md 6.6)
 * @param turn packets that a queue pair may send before the next one has its turn
 * @param silenceNs how long a peer may leave a request unacknowledged, 0: for ever; see {@link QpAttributes.Patience}
 */
public record EndpointTuning(int window, int receiveBytes, int rnrTimer, int turn, long silenceNs) {
    /** A window that kernels and adapters take, 0.64 ms, and a quarter of the window in a turn. */
    public static final EndpointTuning DEFAULT = new EndpointTuning(
            QpAttributes.Limits.DEFAULT_WINDOW,
            0,
            12,
            QpAttributes.Limits.DEFAULT_WINDOW / 4,
            QpAttributes.Patience.SILENCE_NS);

    private static final int GOLDEN = 0x61C8_8647;
    private static final int FIRST_PORT = 0xC000;

    /** As this, for a socket with such a receive buffer. */
    public EndpointTuning receiving(int bytes) {
        return new EndpointTuning(window, bytes, rnrTimer, turn, silenceNs);
    }

    /** As this, with another patience for a silent peer. */
    public EndpointTuning withSilence(long ns) {
        return new EndpointTuning(window, receiveBytes, rnrTimer, turn, ns);
    }

    /** The UDP source port of a queue pair: 0xC000 and 14 bits of its number's hash (spec/rocev2.md 1.3). */
    int sourcePort(int number) {
        return FIRST_PORT | ((GOLDEN * number) >>> 18);
    }
}
