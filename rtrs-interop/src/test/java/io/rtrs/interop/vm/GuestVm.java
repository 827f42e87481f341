package io.rtrs.interop.vm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Boots the emulated machine ({@code vm/vm}) once for a list of jobs and leaves each job's files in its folder. */
final class GuestVm {
    /** Boot, power-off, and the time between jobs. */
    private static final Duration OVERHEAD = Duration.ofMinutes(2);

    private final Path script;
    private final Path output;

    GuestVm(Path vmFolder, Path output) {
        this.script = vmFolder.resolve("vm");
        this.output = output;
    }

    Path folderOf(GuestJob job) {
        return output.resolve(job.name());
    }

    /**
     * Runs the jobs, one after the other, in one guest.
     *
     * @return what the machine printed, and its exit code in the last line
     */
    List<String> run(List<GuestJob> jobs, String classPath) throws IOException, InterruptedException {
        prepare(jobs, classPath);
        Duration limit = jobs.stream().map(GuestJob::limit).reduce(OVERHEAD, Duration::plus);
        ProcessBuilder builder = new ProcessBuilder(
                        script.toString(),
                        "run",
                        script.resolveSibling("guest").resolve("jobs").toString())
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("RTRS_VM_OUT", output.toString());
        builder.environment().put("RTRS_VM_TIMEOUT", Long.toString(limit.toSeconds()));
        Process process = builder.start();
        Thread end = new Thread(() -> stop(process));
        Runtime.getRuntime().addShutdownHook(end);
        try {
            process.getOutputStream().close();
            List<String> console = follow(process);
            console.add("vm: ended with " + process.waitFor());
            Files.write(output.resolve("console"), console);
            return console;
        } finally {
            stop(process);
            Runtime.getRuntime().removeShutdownHook(end);
        }
    }

    private void prepare(List<GuestJob> jobs, String classPath) throws IOException {
        if (Files.exists(output)) {
            try (Stream<Path> old = Files.walk(output)) {
                old.sorted(Comparator.reverseOrder()).forEach(GuestVm::delete);
            }
        }
        Files.createDirectories(output);
        Files.write(output.resolve("jobs"), jobs.stream().map(GuestJob::name).toList());
        for (GuestJob job : jobs) {
            Path folder = Files.createDirectories(folderOf(job));
            Files.writeString(
                    folder.resolve("args"),
                    job.argumentFile(classPath, folder.resolve("reports").toString()));
            Files.writeString(folder.resolve("limit"), Long.toString(job.limit().toSeconds()));
        }
    }

    /** Collects the console and shows the harness's own lines as they come. */
    private static List<String> follow(Process process) throws IOException {
        List<String> console = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null) {
                console.add(line);
                if (line.startsWith("vm: ")) {
                    System.out.println(line);
                }
                line = lines.readLine();
            }
        }
        return console;
    }

    private static void stop(Process process) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
