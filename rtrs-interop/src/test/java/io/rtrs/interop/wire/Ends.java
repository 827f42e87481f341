package io.rtrs.interop.wire;

import io.rtrs.interop.wire.Wire.Family;
import io.rtrs.verbs.VerbsProviders;

import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;

/** Both ends of the wire: this process with the kernel's device, and another one with software RoCE. */
final class Ends {
    static final int PORT = 7471;

    final Peer here;
    final Peer beyond;

    /** Who connects. */
    enum Active {
        KERNEL,
        SOFTROCE;

        @Override
        public String toString() {
            return this == KERNEL ? "the kernel's device" : "softroce";
        }
    }

    Ends(String... options) throws Exception {
        here = new PeerHere(VerbsProviders.named(System.getProperty("rtrs.test.provider", "ibverbs")));
        beyond = new PeerBeyond(options);
    }

    Peer active(Active active) {
        return active == Active.KERNEL ? here : beyond;
    }

    Peer passive(Active active) {
        return active == Active.KERNEL ? beyond : here;
    }

    static InetAddress activeAddress(Active active, Family family) {
        return active == Active.KERNEL ? family.here : family.beyond;
    }

    static InetAddress passiveAddress(Active active, Family family) {
        return active == Active.KERNEL ? family.beyond : family.here;
    }

    /** One connection with everything in both directions. */
    void converse(Active active, Family family, int pathMtu) throws Exception {
        both(
                active,
                family,
                new Object[] {"ask", activeAddress(active, family), passiveAddress(active, family), PORT, pathMtu},
                new Object[] {"answer", pathMtu});
    }

    /** Lets the passive end listen, and both do their part. */
    void both(Active active, Family family, Object[] ofActive, Object[] ofPassive) throws Exception {
        Peer asks = active(active);
        Peer answers = passive(active);
        answers.run("listen", passiveAddress(active, family), PORT);
        CompletableFuture<String> answered = answers.start(ofPassive);
        Peer.joinBoth(asks, asks.start(ofActive), answers, answered);
        answers.run("unlisten");
    }

    /** Ends both, on a wire without trouble. */
    void end() throws Exception {
        try {
            Wire.trouble(Wire.Trouble.NONE);
            here.end();
        } finally {
            beyond.end();
        }
    }
}
