package io.rtrs.bench.connections;

import io.rtrs.bench.child.ChildJvm;
import io.rtrs.bench.child.Loopback;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A server and a client process, which stay for all rounds.
 *
 * <p>The server listens once for each way of waiting, at ports that follow each other. Loops exist while a session does, and
 * there is one session at a time: no way of waiting disturbs another.
 */
final class Pair implements AutoCloseable {
    private final ChildJvm server;
    private final ChildJvm client;

    private Pair(ChildJvm server, ChildJvm client) {
        this.server = server;
        this.client = client;
    }

    /** Starts both. */
    static Pair start(List<String> waits, int port) throws IOException {
        List<String> place = List.of(Loopback.free().getHostAddress(), Integer.toString(port));
        List<String> arguments = new ArrayList<>(place);
        arguments.addAll(waits);
        ChildJvm server = new ChildJvm(MatrixServerMain.class, "server", arguments);
        try {
            String line = server.readLine();
            while (!line.equals(MatrixServerMain.READY)) {
                System.out.println(line);
                line = server.readLine();
            }
            return new Pair(server, new ChildJvm(MatrixClientMain.class, "client", arguments));
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** Has the client do a job. */
    Outcome run(Job job) throws IOException {
        return Outcome.parse(client.ask(job.line()));
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
