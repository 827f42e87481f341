package io.rtrs.bench;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RtrsClient;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Opens many sessions to a server of another process, round after round; the first round pays for the compiler too. */
@Command(
        name = "open-sessions",
        mixinStandardHelpOptions = true,
        description = "Measures how long opening and closing many sessions takes.")
public final class OpenSessionsMain implements Callable<Integer> {
    @Parameters(paramLabel = "PATH", description = "the server's path, as in ip:127.0.0.1")
    private String path = "";

    @Option(names = "--sessions", defaultValue = "200", description = "sessions of a round (${DEFAULT-VALUE})")
    private int sessions;

    @Option(names = "--at-once", defaultValue = "8", description = "how many open at the same time (${DEFAULT-VALUE})")
    private int atOnce;

    @Option(names = "--rounds", defaultValue = "3", description = "rounds (${DEFAULT-VALUE})")
    private int rounds;

    /** {@code open-sessions [OPTION...] PATH}. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new OpenSessionsMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
            for (int round = 0; round < rounds; round++) {
                long began = System.nanoTime();
                List<ClientSession> open = open(threads, round);
                long opened = System.nanoTime();
                open.forEach(ClientSession::close);
                System.out.printf(
                        Locale.ROOT,
                        "%d sessions, %d at once: open after %.2f s, closed one by one in %.2f s%n",
                        open.size(),
                        atOnce,
                        (opened - began) / 1e9,
                        (System.nanoTime() - opened) / 1e9);
            }
        }
        return 0;
    }

    private List<ClientSession> open(ExecutorService threads, int round)
            throws InterruptedException, ExecutionException {
        List<Future<ClientSession>> asked = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            String name = "open-" + round + "-" + i;
            asked.add(threads.submit(
                    () -> RtrsClient.builder().sessionName(name).path(path).open()));
        }
        List<ClientSession> open = new ArrayList<>();
        for (Future<ClientSession> each : asked) {
            open.add(each.get());
        }
        return open;
    }
}
