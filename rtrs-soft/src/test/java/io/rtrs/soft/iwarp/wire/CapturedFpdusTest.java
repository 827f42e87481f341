package io.rtrs.soft.iwarp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Each FPDU that the kernel's siw sent, and each that it was sent: decoded and encoded anew it is the same bytes. */
class CapturedFpdusTest {
    /** What the prober sends wrong, or with reserved bits, on purpose: streams of {@code edge}, two less than in the spec. */
    private static final Map<String, Integer> ODD = Map.of(
            "edge#12", 1, // DDP version 0
            "edge#13", 1, // DDP version 2
            "edge#14", 1, // RDMAP version 0
            "edge#15", 1, // queue 5
            "edge#29", 1, // the T bit on a Send
            "edge#46", 2, // the reserved field of a Send, and its reserved bits
            "edge2#1", 1); // a flipped CRC bit

    static List<String> names() {
        return Conversations.NAMES;
    }

    // spec/iwarp.md 25.21: length, pad and CRC field; spec/iwarp.md 25.30: the control bytes of each message
    @ParameterizedTest
    @MethodSource("names")
    void eachFpduIsTheSameAgain(String name) {
        Map<String, Integer> different = new HashMap<>();
        for (Conversations.Half half : Conversations.read(name)) {
            for (byte[] fpdu : half.fpdus()) {
                if (!Arrays.equals(Reencoding.of(fpdu, half.crc()), fpdu)) {
                    different.merge(half.name(), 1, Integer::sum);
                }
            }
        }
        Map<String, Integer> odd = new HashMap<>(ODD);
        odd.keySet().removeIf(key -> !key.startsWith(name + "#"));
        assertThat(different).isEqualTo(odd);
    }

    @Test
    void allFpdusAreThere() {
        int count = 0;
        int leftOver = 0;
        for (String name : Conversations.NAMES) {
            for (Conversations.Half half : Conversations.read(name)) {
                count += half.fpdus().size();
                leftOver += half.rest().length > 0 ? 1 : 0;
            }
        }
        assertThat(count).isGreaterThan(470);
        assertThat(leftOver).isLessThan(10);
    }

    // spec/iwarp.md 25.27: the checksum is stored with its least significant byte first
    @Test
    void siwsChecksumsAreRight() {
        List<Boolean> right = new ArrayList<>();
        for (Conversations.Half half : Conversations.read("edge2")) {
            if (half.crc()) {
                for (byte[] fpdu : half.fpdus()) {
                    right.add(new FpduCrc(MemorySegment.ofArray(fpdu)).isIntact(0));
                }
            }
        }
        assertThat(right).contains(true).containsOnlyOnce(false);
    }

    // spec/iwarp.md 25.52: siw's order of the bits
    @Test
    void siwsTerminatesSayWhatTheCapturesAreNamedFor() {
        Map<String, TerminateError> expected = Map.ofEntries(
                Map.entry("term_badkey", TerminateError.TAGGED_INVALID_STAG),
                Map.entry("term_keybyte", TerminateError.TAGGED_INVALID_STAG),
                Map.entry("term_bounds", TerminateError.TAGGED_BOUNDS),
                Map.entry("term_access", TerminateError.TAGGED_INVALID_STAG),
                Map.entry("term_rbadkey", TerminateError.REMOTE_INVALID_STAG),
                Map.entry("term_rbounds", TerminateError.REMOTE_BOUNDS),
                Map.entry("term_norecv", TerminateError.NO_BUFFER),
                Map.entry("term_toolong", TerminateError.NO_BUFFER),
                Map.entry("term_toolong2", TerminateError.NO_BUFFER),
                Map.entry("term_lbad", TerminateError.LOCAL_CATASTROPHIC),
                Map.entry("term_lbadread", TerminateError.TAGGED_INVALID_STAG));
        Map<String, TerminateError> said = new HashMap<>();
        for (String name : expected.keySet()) {
            for (Conversations.Half half : Conversations.read(name)) {
                for (byte[] fpdu : half.fpdus()) {
                    MemorySegment segment = MemorySegment.ofArray(fpdu);
                    if (RdmapOpcode.of(Ddp.control(segment, Fpdu.LENGTH)) == RdmapOpcode.TERMINATE) {
                        said.put(
                                name,
                                ReceivedTerminate.read(segment, Fpdu.LENGTH, false)
                                        .error());
                    }
                }
            }
        }
        assertThat(said).isEqualTo(expected);
    }
}
