package io.rtrs.client.management;

import io.rtrs.client.MultipathPolicy;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;

import java.util.Locale;

/** Policies as the kernel writes and reads them. */
final class PolicyText {
    private static final MultipathPolicy[] BY_NUMBER = {
        MultipathPolicy.ROUND_ROBIN, MultipathPolicy.MIN_INFLIGHT, MultipathPolicy.MIN_LATENCY
    };
    private static final String[] NAMES = {"round-robin", "min-inflight", "min-latency"};
    private static final String[] SHORT = {"rr", "mi", "ml"};

    private PolicyText() {}

    /** {@code round-robin (RR: 0)}; a user's own as it is. */
    static String print(String policy) {
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equals(policy)) {
                return policy + " (" + SHORT[i].toUpperCase(Locale.ROOT) + ": " + i + ")";
            }
        }
        return policy;
    }

    /**
     * Reads a number, a name in any case with whatever follows it, or a short name.
     *
     * @throws RtrsException EINVAL for anything else
     */
    static MultipathPolicy parse(String text) throws RtrsException {
        String given = text.strip();
        String lower = given.toLowerCase(Locale.ROOT);
        for (int i = 0; i < NAMES.length; i++) {
            if (given.equals(String.valueOf(i)) || given.equals(SHORT[i]) || lower.startsWith(NAMES[i])) {
                return BY_NUMBER[i];
            }
        }
        throw new RtrsException(
                Errno.EINVAL,
                "mpath_policy = " + text
                        + "; possible are round-robin (rr, 0), min-inflight (mi, 1), min-latency (ml, 2)");
    }
}
