package io.rtrs.interop.kernel;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;

/** Where our ends of the kernel tests live. */
final class Peers {
    static final String ADDRESS = System.getProperty("rtrs.test.address", "10.9.0.1");
    static final int PORT = 1234;

    private Peers() {}

    static VerbsProvider provider() throws VerbsException {
        return VerbsProviders.named(System.getProperty("rtrs.test.provider", "ibverbs"));
    }
}
