package io.rtrs.soft.iwarp.driver;

import io.rtrs.soft.iwarp.driver.tcp.LinuxTcp;
import io.rtrs.soft.iwarp.driver.tcp.NioTcp;
import io.rtrs.soft.iwarp.driver.tcp.Tcp;
import io.rtrs.soft.property.NumberProperty;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;

import java.util.concurrent.TimeUnit;

/**
 * What system properties say. <b>Errors:</b> EINVAL, with the property, its value, and what it may be.
 *
 * @param sockets whose sockets: {@code linux} or {@code nio}
 * @param silenceNs a peer that is silent for so long is given up; 0: when TCP does
 * @param crc whether FPDUs have CRCs although no peer asks for them
 * @param peerToPeer whether who connects sends the first message, as adapters demand
 */
record IwarpSettings(String sockets, long silenceNs, boolean crc, boolean peerToPeer) {
    /** System property: {@code linux} calls the C library, {@code nio} is Java's own and the default elsewhere. */
    static final String SOCKETS_PROPERTY = "io.rtrs.verbs.softiwarp.sockets";

    /** System property, in seconds, a day at most: a peer that acknowledges nothing for so long is given up; 0: when TCP does. */
    static final String SILENCE_PROPERTY = "io.rtrs.verbs.softiwarp.silence";

    /** System property: {@code on} has FPDUs carry CRCs, {@code off} only if the peer asks for them. */
    static final String CRC_PROPERTY = "io.rtrs.verbs.softiwarp.crc";

    /** System property: {@code off} leaves the first message to the consumer, as siw does. */
    static final String PEERS_PROPERTY = "io.rtrs.verbs.softiwarp.peerToPeer";

    private static final long SILENCE_S = 40;
    private static final NumberProperty SILENCE =
            new NumberProperty(SILENCE_PROPERTY, "a time in seconds", 0, TimeUnit.DAYS.toSeconds(1));

    /** What they say now. */
    static IwarpSettings now() throws VerbsException {
        String named = System.getProperty(SOCKETS_PROPERTY, "");
        if (!named.isEmpty() && !named.equals("linux") && !named.equals("nio")) {
            throw wrong(SOCKETS_PROPERTY, named, "linux or nio");
        }
        String missing = LinuxTcp.missing().orElse("");
        if (named.equals("linux") && !missing.isEmpty()) {
            throw new VerbsException(
                    "property " + SOCKETS_PROPERTY + "=linux: " + missing + "; leave it out", Errno.EINVAL);
        }
        String sockets = named.isEmpty() ? (missing.isEmpty() ? "linux" : "nio") : named;
        return new IwarpSettings(
                sockets,
                TimeUnit.SECONDS.toNanos(SILENCE.or(SILENCE_S)),
                isOn(CRC_PROPERTY, false),
                isOn(PEERS_PROPERTY, true));
    }

    private static boolean isOn(String property, boolean unset) throws VerbsException {
        String value = System.getProperty(property, "");
        return switch (value) {
            case "" -> unset;
            case "on" -> true;
            case "off" -> false;
            default -> throw wrong(property, value, "on or off");
        };
    }

    private static VerbsException wrong(String property, String value, String good) {
        return new VerbsException(
                "property " + property + "=" + value + ": give it " + good + ", or leave it out", Errno.EINVAL);
    }

    /** The sockets that it says. */
    Tcp tcp() {
        return sockets.equals("linux") ? new LinuxTcp((int) TimeUnit.NANOSECONDS.toMillis(silenceNs)) : new NioTcp();
    }
}
