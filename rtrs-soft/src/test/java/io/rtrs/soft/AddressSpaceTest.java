package io.rtrs.soft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

class AddressSpaceTest {
    private static final String MAPS = """
            55f0a0000000-55f0a0001000 r--p 00000000 fe:00 4242                       /usr/bin/program name
            55f0a0001000-55f0a0003000 rw-p 00000000 00:00 0                          [heap]
            55f0a0003000-55f0a0004000 rw-p 00000000 00:00 0
            55f0a0004000-55f0a0005000 rw-s 00000000 fe:00 77                         /data (deleted)
            55f0a0006000-55f0a0007000 ---p 00000000 00:00 0
            55f0a0007000-55f0a0008000 r-xp 00001000 00:1f 9                          /lib/x.so
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
            """;

    @ParameterizedTest(name = "{1} bytes at {0}: {2}")
    @CsvSource({
        "55f0a0000000, 4096, r-f", // read-only, of a file
        "55f0a0001000, 12288, rwa", // two mappings, side by side
        "55f0a0002fff, 2, rwa", // across their border
        "55f0a0000fff, 2, r--", // read-only and writable, a file's and nobody's
        "55f0a0003fff, 2, rw-", // nobody's and a file's
        "55f0a0004ff8, 8, rwf", // the last of a mapping
        "55f0a0004ff8, 9, ---", // one byte beyond
        "55f0a0005000, 8, ---", // between two
        "55f0a0006000, 8, --a", // mapped, and for nobody
        "55f0a0007000, 8, r-f",
        "1000, 8, ---"
    })
    void whatHoldsForAllBytes(String address, long length, String expected) throws IOException {
        int found = AddressSpace.look(MAPS, Long.parseLong(address, 16), length);

        assertThat((found & AddressSpace.READABLE) != 0).isEqualTo(expected.charAt(0) == 'r');
        assertThat((found & AddressSpace.WRITABLE) != 0).isEqualTo(expected.charAt(1) == 'w');
        assertThat((found & AddressSpace.ANONYMOUS) != 0).isEqualTo(expected.charAt(2) == 'a');
    }

    @Test
    void anotherFormMeansNothing() throws IOException {
        assertThat(AddressSpace.look("start end perms\n", 4096, 8)).isEqualTo(AddressSpace.UNKNOWN);
    }

    @Test
    void segmentsThatKnowWhatTheyAreCostNoLook() {
        MemorySegment allocated = Arena.ofAuto().allocate(8);
        assertThat(AddressSpace.mustLook(allocated)).isFalse();
        assertThat(AddressSpace.mustLook(MemorySegment.ofBuffer(ByteBuffer.allocateDirect(8))))
                .isFalse();
        assertThat(AddressSpace.mustLook(
                        MemorySegment.ofAddress(allocated.address()).reinterpret(8)))
                .isTrue();
    }
}
