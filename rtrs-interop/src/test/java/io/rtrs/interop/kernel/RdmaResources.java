package io.rtrs.interop.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;

/**
 * What exists on the guest's RDMA device, the kernel's own and that of programs: protection domains, queue pairs,
 * identifiers of the connection manager, memory regions, shared receive queues and the programs' completion queues. Those of
 * the kernel are from a pool that grows with the need and never shrinks. The JVM keeps its contexts of the device.
 */
final class RdmaResources {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final String counts;

    private RdmaResources(String counts) {
        this.counts = counts;
    }

    static RdmaResources now() throws IOException, InterruptedException {
        String all = Shell.run("rdma", "resource", "show")
                .replaceAll("(cq|ctx) \\d+", "")
                .replaceAll("\\s+", " ")
                .strip();
        long ofPrograms = Shell.run("rdma", "resource", "show", "cq")
                .lines()
                .filter(line -> line.contains(" pid "))
                .count();
        return new RdmaResources(all + ", cq of programs " + ofPrograms);
    }

    /** Waits until just these exist again: the kernel takes its down behind our back. */
    void awaitAgain() {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(now().counts)
                        .as("what is on the RDMA device")
                        .isEqualTo(counts));
    }
}
