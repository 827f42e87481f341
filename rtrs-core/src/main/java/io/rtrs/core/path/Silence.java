package io.rtrs.core.path;

import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/** The silence of a peer in words: since when, by the clock on the wall, and for how long. */
public final class Silence {
    /** The transport cannot tell when it heard the peer last. */
    public static final long UNKNOWN = -1;

    private Silence() {}

    /** {@code "last heard at 14:03:07, 31 s ago"}; empty if it is {@link #UNKNOWN}. */
    public static String lastHeard(long silentNs, LocalTime now) {
        return silentNs < 0 ? "" : "last heard at " + since(silentNs, now) + ", " + seconds(silentNs) + " ago";
    }

    /**
     * Why a path ends whose heartbeats nobody answers.
     *
     * @param peer {@code "the server"}
     * @param messagesNs how long no message came, at least
     * @param transportNs how long the transport has heard nothing, or {@link #UNKNOWN}
     */
    public static String heartbeatsMissed(String peer, long messagesNs, long transportNs, LocalTime now) {
        if (transportNs < 0) {
            return peer + " has been silent for more than " + seconds(messagesNs) + ": heartbeats missed";
        }
        if (transportNs < messagesNs / 2) {
            return peer + " has sent no message for more than " + seconds(messagesNs)
                    + ", though its transport answers (" + lastHeard(transportNs, now) + "): heartbeats missed";
        }
        return peer + " has been silent since " + since(transportNs, now) + ", for " + seconds(transportNs)
                + ": heartbeats missed";
    }

    private static LocalTime since(long silentNs, LocalTime now) {
        return now.minusNanos(silentNs).truncatedTo(ChronoUnit.SECONDS);
    }

    private static String seconds(long ns) {
        long tenths = TimeUnit.NANOSECONDS.toMillis(ns) / 100;
        return tenths < 100 ? tenths / 10 + "." + tenths % 10 + " s" : tenths / 10 + " s";
    }
}
