package io.rtrs.interop.paths;

import io.rtrs.interop.kernel.Shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server in a process of its own, which can be killed, stopped and started again. It ends with this process. */
final class ServerProcess implements AutoCloseable {
    private final List<String> command = new ArrayList<>();
    private Process process;

    /** Starts the program {@code PROVIDER PORT FILE ADDRESS…} where links end, and waits until it says that it is ready. */
    ServerProcess(Links links, Class<?> program, String provider, int port, Path file) throws IOException {
        command.addAll(links.serversPlace());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"));
        command.addAll(links.serversOptions());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(provider, Integer.toString(port), file.toString()));
        command.addAll(links.servers());
        process = launch();
    }

    private Process launch() throws IOException {
        Process started = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader lines = started.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.equals(StoreServer.READY)) {
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("the server ended before it was ready");
        }
        return started;
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Starts it again, after {@link #kill}. */
    void restart() throws IOException {
        process = launch();
    }

    /** SIGSTOP: nothing of it runs any more, but for what the kernel does for it. */
    void stop() throws IOException, InterruptedException {
        Shell.run("kill", "-STOP", Long.toString(process.pid()));
    }

    /** SIGCONT. */
    void goOn() throws IOException, InterruptedException {
        Shell.run("kill", "-CONT", Long.toString(process.pid()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
