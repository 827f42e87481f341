package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.interop.subject.Subject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * A program that opens, uses and closes a session again and again, and ends well if as much exists when the server is closed
 * as before it was opened. It needs {@code -XX:NativeMemoryTracking=summary}.
 */
final class ConnectCycles {
    private static final int CYCLES = 1000;

    /** What the process makes once, at the first use, comes before the count. */
    private static final int FIRST_USES = 20;

    /** Less than a word for each cycle. */
    private static final long NATIVE_SLACK_KB = CYCLES * Long.BYTES / 1024;

    private static final int BYTES = 4096;
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+KB[^,]*, committed=(\\d+)KB");

    /** What a process has. The handles are the provider's: regions, windows, queue pairs and their kind. */
    private record Holdings(Object handles, int threads, long files, long nativeKb) {
        static Holdings now() {
            System.gc(); // what is the collector's to free is not lost
            try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
                return new Holdings(
                        Subject.handles(),
                        ManagementFactory.getThreadMXBean().getThreadCount(),
                        files.count(),
                        committedKb());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Memory outside of the heap that programs ask for: slabs, work requests, sockets' buffers. */
        private static long committedKb() {
            try {
                Object text = ManagementFactory.getPlatformMBeanServer()
                        .invoke(
                                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                "vmNativeMemory",
                                new Object[] {new String[] {"summary"}},
                                new String[] {String[].class.getName()});
                Matcher matcher = OTHER.matcher(String.valueOf(text));
                if (!matcher.find()) {
                    throw new IllegalStateException("native memory is not tracked: " + text);
                }
                return Long.parseLong(matcher.group(1));
            } catch (JMException e) {
                throw new IllegalStateException(e);
            }
        }

        boolean isNoMoreThan(Holdings before) {
            return handles.equals(before.handles)
                    && threads <= before.threads
                    && files <= before.files
                    && nativeKb <= before.nativeKb + NATIVE_SLACK_KB;
        }
    }

    private ConnectCycles() {}

    /** No arguments. */
    public static void main(String[] arguments) throws Exception {
        cycles(FIRST_USES);
        Holdings before = Holdings.now();
        cycles(CYCLES);
        AtomicReference<Holdings> after = new AtomicReference<>(before);
        await().atMost(Duration.ofSeconds(Subject.PATIENCE_S))
                .pollInSameThread() // else there would be a thread more
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    after.set(Holdings.now());
                    assertThat(after.get().isNoMoreThan(before))
                            .as("%s after the last cycle is no more than %s before the first", after, before)
                            .isTrue();
                });
    }

    /** A name is free again when the server has taken the session down, which the client does not wait for. */
    private static String name(int cycle) {
        return "cycle-" + cycle;
    }

    private static void cycles(int count) throws Exception {
        try (MemoryServer server = new MemoryServer(true)) {
            for (int i = 0; i < count; i++) {
                try (ClientSession session =
                        Clients.to(server.address()).sessionName(name(i)).open()) {
                    RegisteredMemory memory = session.allocate(2 * BYTES); // the session frees it
                    if (!Clients.roundTrip(session, memory, 0, BYTES, i)) {
                        throw new AssertionError("cycle " + i + " read something else than it wrote");
                    }
                }
            }
        }
    }
}
