package io.rtrs.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.verbs.libc.PageMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

class PageMemoryTest {
    private static final long MANY = 256L << 20;

    /** Pages of this process that are in memory. */
    private static long residentBytes() throws IOException {
        String pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
        return Long.parseLong(pages) * PageMemory.PAGE_BYTES;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theSystemGivesThePages() {
        assertThat(PageMap.instance()).isNotNull();
    }

    @Test
    void itIsZeroAlignedAndOfTheLengthThatWasAskedFor() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = PageMemory.allocate(arena, 10_001);
            assertThat(memory.byteSize()).isEqualTo(10_001);
            assertThat(memory.address() % PageMemory.PAGE_BYTES).isZero();
            assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            memory.set(ValueLayout.JAVA_BYTE, 10_000, (byte) 7);
            assertThatThrownBy(() -> memory.get(ValueLayout.JAVA_BYTE, 10_001))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingIsTakenUntilItIsTouchedAndAllIsGivenBack() throws IOException {
        long before = residentBytes();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = PageMemory.allocate(arena, MANY);
            assertThat(residentBytes() - before).isLessThan(MANY / 4);
            memory.fill((byte) 1);
            assertThat(residentBytes() - before).isGreaterThan(MANY / 2);
        }
        assertThat(residentBytes() - before).isLessThan(MANY / 4);
    }

    @Test
    void whatTheArenaHasFreedIsRefused() {
        Arena arena = Arena.ofShared();
        MemorySegment memory = PageMemory.allocate(arena, 4096);
        arena.close();
        assertThatThrownBy(() -> memory.get(ValueLayout.JAVA_BYTE, 0)).hasMessageContaining("closed");
        assertThatThrownBy(() -> PageMemory.allocate(arena, 4096)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void moreThanThereCanBeIsOutOfMemory() {
        try (Arena arena = Arena.ofShared()) {
            assertThatThrownBy(() -> PageMemory.allocate(arena, 1L << 60)).isInstanceOf(OutOfMemoryError.class);
        }
    }
}
