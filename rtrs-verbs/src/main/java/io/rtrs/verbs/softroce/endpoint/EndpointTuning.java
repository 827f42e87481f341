package io.rtrs.verbs.softroce.endpoint;

import io.rtrs.verbs.softroce.rc.QpAttributes;

/**
 * Numbers that an endpoint chooses by itself.
 *
 * @param window packets that a queue pair may have unacknowledged (spec/rocev2.md 6.4)
 * @param windowAtHome the same towards a loopback address, where the peer has a socket buffer like ours
 * @param rnrTimer code of the time that a peer waits when no receive is posted here (spec/rocev2.md 6.6)
 * @param turn packets that a queue pair may send before the next one has its turn
 * @param silenceNs how long a peer may leave a request unacknowledged, 0: for ever; see {@link QpAttributes.Patience}
 */
public record EndpointTuning(int window, int windowAtHome, int rnrTimer, int turn, long silenceNs) {
    /** A window that kernels and adapters take, 0.64 ms, and a quarter of the window in a turn. */
    public static final EndpointTuning DEFAULT = new EndpointTuning(
            QpAttributes.Limits.DEFAULT_WINDOW,
            QpAttributes.Limits.DEFAULT_WINDOW,
            12,
            QpAttributes.Limits.DEFAULT_WINDOW / 4,
            QpAttributes.Patience.SILENCE_NS);

    private static final int SMALLEST_WINDOW_AT_HOME = 16;
    private static final int LARGEST_WINDOW_AT_HOME = 512;
    private static final int GOLDEN = 0x61C8_8647;
    private static final int FIRST_PORT = 0xC000;

    /**
     * As this, with a window towards loopback addresses that is as large as is useful and fits the receive buffer, which a
     * request and an answer share.
     *
     * @param datagramsHeld how many of the longest ones the buffer holds
     */
    public EndpointTuning atHome(int datagramsHeld) {
        int most = Math.clamp(datagramsHeld / 2, SMALLEST_WINDOW_AT_HOME, LARGEST_WINDOW_AT_HOME);
        return new EndpointTuning(window, most, rnrTimer, turn, silenceNs);
    }

    /** As this, with another patience for a silent peer. */
    public EndpointTuning withSilence(long ns) {
        return new EndpointTuning(window, windowAtHome, rnrTimer, turn, ns);
    }

    /** The UDP source port of a queue pair: 0xC000 and 14 bits of its number's hash (spec/rocev2.md 1.3). */
    int sourcePort(int number) {
        return FIRST_PORT | ((GOLDEN * number) >>> 18);
    }
}
