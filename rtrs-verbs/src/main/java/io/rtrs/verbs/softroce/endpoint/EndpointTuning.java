package io.rtrs.verbs.softroce.endpoint;

import io.rtrs.verbs.softroce.rc.QpAttributes;

/**
 * Numbers that an endpoint chooses by itself.
 *
 * @param window packets that a queue pair may have unacknowledged (spec/rocev2.md 6.4)
 * @param rnrTimer code of the time that a peer waits when no receive is posted here (spec/rocev2.md 6.6)
 * @param turn packets that a queue pair may send before the next one has its turn
 */
public record EndpointTuning(int window, int rnrTimer, int turn) {
    /** A window that kernels and adapters take, 0.64 ms, and a quarter of the window in a turn. */
    public static final EndpointTuning DEFAULT =
            new EndpointTuning(QpAttributes.Limits.DEFAULT_WINDOW, 12, QpAttributes.Limits.DEFAULT_WINDOW / 4);

    private static final int GOLDEN = 0x61C8_8647;
    private static final int FIRST_PORT = 0xC000;

    /** The UDP source port of a queue pair: 0xC000 and 14 bits of its number's hash (spec/rocev2.md 1.3). */
    int sourcePort(int number) {
        return FIRST_PORT | ((GOLDEN * number) >>> 18);
    }
}
