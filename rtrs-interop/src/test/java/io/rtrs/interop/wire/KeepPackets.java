package io.rtrs.interop.wire;

import io.rtrs.interop.kernel.Shell;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps the packets of a test that failed, or has taken so long that it may never end: the end with software RoCE records
 * always, into the guest's memory. With them goes what the kernel's device has counted.
 */
final class KeepPackets implements BeforeTestExecutionCallback, AfterTestExecutionCallback {
    private static final Path RECORDINGS = Path.of(System.getProperty("java.io.tmpdir"), "rtrs-packets");

    /** Makes software RoCE record. */
    static final String OPTION = "-Dio.rtrs.verbs.softroce.pcap=" + RECORDINGS;

    private static final String PACKETS = "packets";

    /** Longer than any test takes. */
    private static final long LONG_SECONDS = 400;

    /** One test: since when, and whether it goes on. */
    private record Running(Instant began, AtomicBoolean ended) {}

    @Override
    public void beforeTestExecution(ExtensionContext test) {
        Running running = new Running(Instant.now(), new AtomicBoolean());
        store(test).put(PACKETS, running);
        String name = name(test);
        CompletableFuture.delayedExecutor(LONG_SECONDS, TimeUnit.SECONDS).execute(() -> {
            if (!running.ended.get()) {
                keep(name, running);
            }
        });
    }

    @Override
    public void afterTestExecution(ExtensionContext test) {
        Running running = store(test).get(PACKETS, Running.class);
        if (running != null) {
            running.ended.set(true);
            if (test.getExecutionException().isPresent()) {
                keep(name(test), running);
            }
        }
    }

    private static ExtensionContext.Store store(ExtensionContext test) {
        return test.getStore(ExtensionContext.Namespace.create(KeepPackets.class, test.getUniqueId()));
    }

    private static void keep(String name, Running test) {
        String out = System.getenv("OUT");
        if (out == null || !Files.isDirectory(RECORDINGS)) {
            return;
        }
        try {
            keep(Path.of(out, PACKETS, name), test.began);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void keep(Path folder, Instant began) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> recordings = Files.newDirectoryStream(RECORDINGS)) {
            for (Path recording : recordings) {
                FileTime changed = Files.getLastModifiedTime(recording);
                if (!changed.toInstant().isBefore(began)) {
                    Path kept = folder.resolve(recording.getFileName());
                    Files.copy(recording, kept, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        Files.writeString(folder.resolve("counters"), Shell.run("rdma", "statistic", "show"));
    }

    /** What tells the test from others, from its class on, as the name of a file. */
    private static String name(ExtensionContext test) {
        String name = "";
        Optional<ExtensionContext> at = Optional.of(test);
        while (at.flatMap(ExtensionContext::getTestClass).isPresent()) {
            name = at.get().getDisplayName() + ' ' + name;
            at = at.get().getParent();
        }
        return name.strip().replaceAll("[^A-Za-z0-9]+", "-");
    }
}
