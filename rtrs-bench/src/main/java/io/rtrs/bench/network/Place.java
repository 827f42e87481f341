package io.rtrs.bench.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the two ends of a benchmark are.
 *
 * @param clientNamespace the network namespace of clients; empty: that of this process
 * @param serverNamespace that of the server
 * @param server the server's address; empty: a loopback address that is free
 * @param title for people
 */
public record Place(String clientNamespace, String serverNamespace, String server, String title) {
    /** Both ends in this namespace. */
    public static final Place LOOPBACK = new Place("", "", "", "loopback");

    /** Whether both ends are in one namespace. */
    public boolean isLoopback() {
        return server.isEmpty();
    }

    /** A command that runs in a namespace; as it is if that is empty. */
    public static List<String> in(String namespace, List<String> command) {
        if (namespace.isEmpty()) {
            return command;
        }
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(command);
        return all;
    }
}
