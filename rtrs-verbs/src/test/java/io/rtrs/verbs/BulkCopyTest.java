package io.rtrs.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.rtrs.verbs.libc.MemMove;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

class BulkCopyTest {
    private static final int ROOM = 300 << 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static MemorySegment filled(Arena arena, byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theCLibraryCopies() {
        assertThat(MemMove.HANDLE).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 8191, 8192, 8193, 65_521, 131_072, 262_143})
    void bytesArriveAndNoOthersChange(int length) {
        try (Arena arena = Arena.ofShared()) {
            byte[] bytes = random(ROOM);
            MemorySegment from = filled(arena, bytes);
            MemorySegment to = arena.allocate(ROOM);

            BulkCopy.copy(from, 13, to, 7, length);

            byte[] expected = new byte[ROOM];
            System.arraycopy(bytes, 13, expected, 7, length);
            assertThat(to.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-5, 5, -9000, 9000})
    void rangesMayOverlap(int distance) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = random(ROOM);
            MemorySegment memory = filled(arena, bytes);

            BulkCopy.copy(memory, 50_000, memory, 50_000 + distance, 100_000);

            System.arraycopy(bytes, 50_000, bytes, 50_000 + distance, 100_000);
            assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes);
        }
    }

    @Test
    void arraysAndMappedFilesAreCopiedToo(@TempDir Path folder) throws IOException {
        byte[] bytes = random(ROOM);
        try (Arena arena = Arena.ofConfined();
                FileChannel file = FileChannel.open(
                        folder.resolve("mapped"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            MemorySegment mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, ROOM, arena);
            MemorySegment array = MemorySegment.ofArray(new byte[ROOM]);

            BulkCopy.copy(filled(arena, bytes), 0, mapped, 0, ROOM);
            BulkCopy.copy(mapped, 0, array, 0, ROOM);

            assertThat(array.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 100, ROOM})
    void aTruncatedFileIsToldByTheCopyItself(int length, @TempDir Path folder) throws IOException {
        Path path = folder.resolve("truncated");
        try (Arena arena = Arena.ofConfined();
                FileChannel file = FileChannel.open(
                        path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, ROOM, arena);
            MemorySegment other = arena.allocate(ROOM);
            file.truncate(0);

            for (int i = 0; i < 1000; i++) { // interpreted and compiled
                assertThat(failsInPlace(mapped, other, length)).isTrue();
                assertThat(failsInPlace(other, mapped, length)).isTrue();
            }
        }
    }

    private static boolean failsInPlace(MemorySegment from, MemorySegment to, int length) {
        try {
            BulkCopy.copy(from, 0, to, 0, length);
            return false;
        } catch (InternalError gone) {
            return true;
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment small = arena.allocate(100_000);
            MemorySegment large = arena.allocate(200_000);

            assertThatThrownBy(() -> BulkCopy.copy(large, 0, small, 1, 100_000))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> BulkCopy.copy(small, -1, large, 0, 50_000))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> BulkCopy.copy(small, 0, large, Long.MAX_VALUE - 10, 50_000))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> BulkCopy.copy(small, 0, large, 0, -1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void readOnlyMemoryIsNotWritten() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(ROOM).asReadOnly();
            MemorySegment source = filled(arena, random(ROOM));

            assertThatThrownBy(() -> BulkCopy.copy(source, 0, target, 0, ROOM))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(target.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        }
    }

    @Test
    void freedMemoryIsNotTouched() {
        Arena gone = Arena.ofShared();
        MemorySegment freed = gone.allocate(ROOM);
        gone.close();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment other = arena.allocate(ROOM);

            assertThatThrownBy(() -> BulkCopy.copy(freed, 0, other, 0, ROOM)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> BulkCopy.copy(other, 0, freed, 0, ROOM)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void anotherThreadsConfinedMemoryIsNotTouched() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment confined = arena.allocate(ROOM);
            MemorySegment other = Arena.ofAuto().allocate(ROOM);

            assertThat(CompletableFuture.runAsync(() -> BulkCopy.copy(confined, 0, other, 0, ROOM)))
                    .failsWithin(Duration.ofMinutes(1))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(WrongThreadException.class);
        }
    }

    /** Long before the last compiler, which could hide what is made for a call, has seen the code. */
    @Test
    void noCopyAllocatesWhoeverCompilesIt() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment from = arena.allocate(ROOM);
            MemorySegment to = arena.allocate(ROOM);
            int calls = 300;
            copyAgainAndAgain(from, to, calls);

            long before = THREADS.getCurrentThreadAllocatedBytes();
            copyAgainAndAgain(from, to, calls);
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(calls);
        }
    }

    private static void copyAgainAndAgain(MemorySegment from, MemorySegment to, int calls) {
        for (int i = 0; i < calls; i++) {
            BulkCopy.copy(from, i, to, 0, 8192);
        }
    }
}
