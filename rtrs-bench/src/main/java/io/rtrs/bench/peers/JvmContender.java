package io.rtrs.bench.peers;

import io.rtrs.bench.child.ChildJvm;
import io.rtrs.bench.network.Place;
import io.rtrs.bench.peers.work.Shape;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A transport of this program: a client process, which starts its server, for each load. */
final class JvmContender implements Contender {
    private static final String TITLE = "title ";

    private final PeerKind kind;
    private final int connections;
    private final Timing timing;
    private final boolean verifies;
    private String title;

    /**
     * One of these.
     *
     * @param connections where the kind {@link PeerKind#takesConnections}
     * @param verifies whether contents are compared in place of measuring
     */
    JvmContender(PeerKind kind, int connections, Timing timing, boolean verifies) {
        this.kind = kind;
        this.connections = connections;
        this.timing = timing;
        this.verifies = verifies;
        this.title = kind.option();
    }

    @Override
    public String option() {
        return kind.option();
    }

    /** The client's process says what it uses. */
    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean isInstalled() {
        return kind.isInstalled();
    }

    @Override
    public boolean crossesNetworks() {
        return kind.crossesNetworks();
    }

    @Override
    public boolean takes(Shape shape) {
        return true;
    }

    @Override
    public Measured measure(Shape shape, Place place, int port) throws IOException, InterruptedException {
        List<String> results = new ArrayList<>();
        int exit;
        try (ChildJvm client = new ChildJvm(
                place.clientNamespace(), PeerClientMain.class, option() + "-client", arguments(shape, place, port))) {
            for (String line = client.lines().readLine();
                    line != null;
                    line = client.lines().readLine()) {
                if (line.startsWith(TITLE)) {
                    title = line.substring(TITLE.length());
                } else if (Measured.isLine(line)) {
                    results.add(line);
                } else {
                    System.out.println(line);
                }
            }
            exit = client.await();
        }
        if (results.isEmpty()) {
            throw new IOException("no result, exit code " + exit);
        }
        Measured result = Measured.parse(results.getFirst());
        // A result with failed requests says so itself.
        if (exit != 0 && result.failed() == 0) {
            throw new IOException("exit code " + exit);
        }
        return result;
    }

    private List<String> arguments(Shape shape, Place place, int port) {
        List<String> arguments = new ArrayList<>(List.of("--peer", option(), "--port", Integer.toString(port)));
        if (!place.isLoopback()) {
            arguments.addAll(List.of("--address", place.server(), "--server-namespace", place.serverNamespace()));
        }
        arguments.addAll(List.of("--connections", Integer.toString(connections)));
        arguments.addAll(List.of("--load", shape.toString()));
        arguments.addAll(List.of("--rehearsal", Double.toString(timing.rehearsal())));
        arguments.addAll(List.of("--warm-up", Double.toString(timing.warmUp())));
        arguments.addAll(List.of("--runtime", Double.toString(timing.runTime())));
        if (verifies) {
            arguments.add("--verify");
        }
        return arguments;
    }
}
