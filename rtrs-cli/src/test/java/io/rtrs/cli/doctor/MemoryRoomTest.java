package io.rtrs.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What limits the memory of a process, on machines that are folders. */
class MemoryRoomTest {
    private static final long GIB = 1L << 30;

    @TempDir
    private Path root = Path.of("");

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    private MemoryRoom.Limit limit() {
        return MemoryRoom.below(new Machine(root), 100 * GIB).orElseThrow();
    }

    @Test
    void whereNothingIsKnownNothingLimits() {
        assertThat(MemoryRoom.below(new Machine(root), Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void theMachinesMemoryAndSwapAreALimit() throws IOException {
        file("proc/meminfo", "MemTotal: 24684096 kB\nMemAvailable:   20971520 kB\nSwapFree:    1048576 kB");
        assertThat(limit().bytes()).isEqualTo(21 * GIB);
        assertThat(limit().cause()).contains("machine");
        assertThat(MemoryRoom.below(new Machine(root), 21 * GIB)).isEmpty();
    }

    @Test
    void theLeastOfAControlGroupAndThoseAroundItIsALimit() throws IOException {
        file("proc/meminfo", "MemAvailable:   20971520 kB");
        file("proc/self/cgroup", "0::/a.slice/b.service");
        file("sys/fs/cgroup/a.slice/memory.max", Long.toString(2 * GIB));
        file("sys/fs/cgroup/a.slice/memory.current", Long.toString(GIB));
        file("sys/fs/cgroup/a.slice/b.service/memory.max", "max");
        assertThat(limit().bytes()).isEqualTo(GIB);
        assertThat(limit().cause()).contains("memory.max of /a.slice");
        assertThat(limit().remedy()).contains("MemoryMax=").contains("--memory");
    }

    @Test
    void aControlGroupOfTheFirstVersionIsALimit() throws IOException {
        file("proc/self/cgroup", "5:cpu:/x\n4:memory:/docker/1");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", Long.toString(3 * GIB));
        file("sys/fs/cgroup/memory/memory.usage_in_bytes", Long.toString(GIB));
        assertThat(limit().bytes()).isEqualTo(2 * GIB);
        assertThat(limit().cause()).contains("memory.limit_in_bytes of /");
    }

    @Test
    void whatUlimitSaysIsALimit() throws IOException {
        file(
                "proc/self/limits",
                "Max data size             unlimited            unlimited            bytes\n"
                        + "Max address space         17179869184          17179869184          bytes");
        file("proc/self/status", "Name: java\nVmSize:\t 8388608 kB");
        assertThat(limit().bytes()).isEqualTo(8 * GIB);
        assertThat(limit().remedy()).contains("ulimit -v unlimited");
    }
}
