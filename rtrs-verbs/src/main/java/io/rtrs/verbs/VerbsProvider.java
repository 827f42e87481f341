package io.rtrs.verbs;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/**
 * One implementation of RDMA verbs, found by {@link java.util.ServiceLoader}.
 *
 * <p><b>Threading:</b> every method may be called from any thread. {@link #cm()} and {@link #verbs()} return the same
 * objects each time.
 *
 * <p>A provider that cannot work on this machine still loads: it says why in {@link #unavailable()}.
 */
public interface VerbsProvider {

    /** The name that chooses this provider: {@code ibverbs}, {@code softroce}, {@code inprocess}. */
    String name();

    /**
     * Why this provider cannot be used here: what is missing, and which package or command supplies it.
     *
     * @return empty if the provider can be used
     */
    Optional<String> unavailable();

    /**
     * Whether a device of this provider owns the address, so that connections can leave from it or arrive at it.
     *
     * @param local an address of this machine; the wildcard address asks for any device at all
     */
    boolean serves(InetAddress local);

    /**
     * Connection management.
     *
     * @throws VerbsException if the provider is {@linkplain #unavailable() unavailable}, or a system property of its own has a
     *     value that it cannot take; the message names the remedy
     */
    ExtendedCm cm() throws VerbsException;

    /**
     * Verbs.
     *
     * @throws VerbsException if the provider is {@linkplain #unavailable() unavailable}, or a system property of its own has a
     *     value that it cannot take; the message names the remedy
     */
    ExtendedVerbs verbs() throws VerbsException;

    /**
     * Whether what was {@linkplain SendBatch#enqueue enqueued} on several queue pairs costs less than if each had posted; then
     * connections are better served by few threads.
     */
    default boolean gathersSends() {
        return false;
    }

    /**
     * What the provider counted since the process began, at addresses that are no longer in use too, and what it measures
     * now.
     *
     * @return in an order that stays; empty for adapters, which count for themselves
     */
    default CounterSnapshot counters() {
        return CounterSnapshot.EMPTY;
    }

    /**
     * The same for each local address that is in use now, since it came into use.
     *
     * @return in the order of the addresses' texts; empty for adapters
     */
    default Map<String, CounterSnapshot> countersByAddress() {
        return Map.of();
    }
}
