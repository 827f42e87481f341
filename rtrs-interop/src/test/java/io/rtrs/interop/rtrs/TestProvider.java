package io.rtrs.interop.rtrs;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import io.rtrs.verbs.inprocess.InProcessProvider;
import io.rtrs.verbs.inprocess.LiveObjects;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/**
 * What the tests run on: the provider and address of the system properties {@code rtrs.test.provider} and {@code
 * rtrs.test.address}, by default the one in this process.
 */
final class TestProvider {
    private static final String NAME = System.getProperty("rtrs.test.provider", "inprocess");
    private static final String ADDRESS = System.getProperty("rtrs.test.address", "127.0.0.1");
    private static final @Nullable String ADDRESS6 =
            System.getProperty("rtrs.test.address6", inProcess() ? "::1" : null);

    private TestProvider() {}

    static VerbsProvider get() throws VerbsException {
        return VerbsProviders.named(NAME);
    }

    static boolean inProcess() {
        return NAME.equals("inprocess");
    }

    static InetAddress address() {
        return InetAddress.ofLiteral(ADDRESS);
    }

    /** An IPv6 address of the same device, or null if there is none. */
    static @Nullable InetAddress address6() {
        String text = ADDRESS6;
        return text == null ? null : InetAddress.ofLiteral(text);
    }

    /** A path's text. */
    static String path(InetAddress address) {
        return "ip:" + address.getHostAddress();
    }

    /** The provider in this process, for its faults. */
    static InProcessProvider faulty() throws VerbsException {
        return (InProcessProvider) get();
    }

    /** The handles that exist now; always the same number where the provider does not count. */
    static LiveObjects liveObjects() throws VerbsException {
        return get() instanceof InProcessProvider provider
                ? provider.liveObjects()
                : new LiveObjects(0, 0, 0, 0, 0, 0, 0, 0);
    }
}
