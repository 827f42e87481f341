package io.rtrs.interop.paths;

import io.rtrs.verbs.VerbsProvider;

import java.util.List;

/** Two ways from a client to a server, each of which can be cut. */
interface Links {
    int COUNT = 2;

    /** The provider that the client uses. */
    VerbsProvider provider();

    /** What the command of the server's process begins with, so that it runs where the links end. */
    default List<String> serversPlace() {
        return List.of();
    }

    /** Options of that process's JVM. */
    default List<String> serversOptions() {
        return List.of();
    }

    /** The addresses that the server listens at, one for each link. */
    List<String> servers();

    /** A path over a link, as a client is told. */
    String path(int link);

    /** From now on nothing passes. */
    void cut(int link) throws Exception;

    /** What is sent from now on passes. */
    void mend(int link) throws Exception;

    /** Leaves nothing of them behind. */
    void remove() throws Exception;
}
