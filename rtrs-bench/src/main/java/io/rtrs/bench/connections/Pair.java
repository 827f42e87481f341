package io.rtrs.bench.connections;

import io.rtrs.bench.child.ChildJvm;
import io.rtrs.bench.network.Loopback;
import io.rtrs.bench.network.Place;
import io.rtrs.bench.rounds.Outcome;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A server process and a client process, or several, which stay for all rounds.
 *
 * <p>The server listens once for each way of waiting, at ports that follow each other. Loops exist while a session does, and
 * all sessions of one time wait alike: no way of waiting disturbs another. <b>Threading:</b> one thread.
 */
final class Pair implements AutoCloseable {
    private final ChildJvm server;
    private final List<ChildJvm> clients = new ArrayList<>();

    private Pair(ChildJvm server) {
        this.server = server;
    }

    /** Starts all of them. */
    static Pair start(Place place, List<String> waits, int port, int clients) throws IOException {
        String host = place.isLoopback() ? Loopback.free().getHostAddress() : place.server();
        List<String> arguments = new ArrayList<>(List.of(host, Integer.toString(port)));
        arguments.addAll(waits);
        Pair pair = new Pair(new ChildJvm(place.serverNamespace(), MatrixServerMain.class, "server", arguments));
        try {
            pair.awaitReady();
            for (int i = 1; i <= clients; i++) {
                String name = "client-" + i;
                pair.clients.add(new ChildJvm(place.clientNamespace(), MatrixClientMain.class, name, arguments));
            }
            return pair;
        } catch (IOException e) {
            pair.close();
            throw e;
        }
    }

    private void awaitReady() throws IOException {
        String line = server.readLine();
        while (!line.equals(MatrixServerMain.READY)) {
            System.out.println(line);
            line = server.readLine();
        }
    }

    /** Has the first client do a job. */
    Outcome run(Job job) throws IOException {
        return Outcome.parse(clients.getFirst().ask(job.line()));
    }

    /** Has all clients do a job at the same time. */
    List<Outcome> runAll(Job job) throws IOException {
        for (ChildJvm client : clients) {
            client.tell(job.line());
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (ChildJvm client : clients) {
            outcomes.add(Outcome.parse(client.readLine()));
        }
        return outcomes;
    }

    @Override
    public void close() {
        clients.forEach(ChildJvm::close);
        server.close();
    }
}
