package io.rtrs.interop.wire;

import io.rtrs.interop.kernel.Shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The peer in the other network namespace: a process of its own with software RoCE, told by its standard input. */
final class PeerBeyond extends Peer {
    private static final long END_SECONDS = 120;

    private final Process process;
    private final Writer commands;
    private final BlockingQueue<CompletableFuture<String>> asked = new LinkedBlockingQueue<>();
    private final List<String> said = new ArrayList<>();

    /** Starts it with more options of the JVM. */
    PeerBeyond(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", Wire.NAMESPACE));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                KeepPackets.OPTION));
        command.addAll(Arrays.asList(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WirePeer.class.getName(), "softroce"));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().start(this::listen);
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(WirePeer.DONE)) {
                    asked.remove().complete(line.substring(1));
                } else if (line.startsWith(WirePeer.FAILED)) {
                    asked.remove()
                            .completeExceptionally(new AssertionError(
                                    line.substring(1).replace(WirePeer.NEW_LINE, '\n') + "\n" + heard()));
                } else {
                    synchronized (said) {
                        said.add(line);
                    }
                }
            }
        } catch (IOException e) {
            synchronized (said) {
                said.add(e.toString());
            }
        }
        AssertionError gone = new AssertionError("the process is gone; it said\n" + heard());
        asked.forEach(command -> command.completeExceptionally(gone));
    }

    /** What it printed since it was asked last. */
    private String heard() {
        synchronized (said) {
            String all = String.join("\n", said);
            said.clear();
            return all;
        }
    }

    @Override
    CompletableFuture<String> start(Object... words) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        asked.add(answer);
        try {
            commands.write(Arrays.stream(words).map(WirePeer::word).collect(Collectors.joining(" ", "", "\n")));
            commands.flush();
        } catch (IOException e) {
            answer.completeExceptionally(new AssertionError("the process is gone; it said\n" + heard(), e));
        }
        return answer;
    }

    @Override
    String state() throws Exception {
        Shell.run("kill", "-QUIT", Long.toString(process.pid()));
        process.waitFor(2, TimeUnit.SECONDS); // gives the dump its time
        return "its threads are\n" + heard();
    }

    /** Ends its input, upon which it ends. */
    @Override
    void end() throws Exception {
        commands.close();
        boolean ended = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            String state = state();
            process.destroyForcibly();
            throw new AssertionError(this + " does not end; " + state);
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(this + " ended with " + process.exitValue() + "; it said\n" + heard());
        }
    }

    @Override
    public String toString() {
        return "the end with software RoCE";
    }
}
