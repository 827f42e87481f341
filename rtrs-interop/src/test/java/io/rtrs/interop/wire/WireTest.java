package io.rtrs.interop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.interop.wire.Ends.Active;
import io.rtrs.interop.wire.Wire.Family;
import io.rtrs.interop.wire.Wire.Trouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every operation between software RoCE and the kernel's device, in both directions, with whatever a wire does to packets.
 *
 * <p>spec/rocev2.md 18: 84, 87.
 */
@Tag("vm")
@ExtendWith(KeepPackets.class)
@ParameterizedClass(name = "path MTU {0}")
@ValueSource(ints = {4096, 1024})
class WireTest {
    private static Ends ends;

    @Parameter
    private int pathMtu;

    @BeforeParameterizedClassInvocation
    static void start(int mtu) throws Exception {
        Wire.pathMtu(mtu);
        ends = new Ends();
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        ends.end();
        Wire.pathMtu(4096);
    }

    @ParameterizedTest(name = "{0} connects over {1}, trouble: {2}")
    @CsvSource({
        "KERNEL,IPV4,NONE",
        "SOFTROCE,IPV4,NONE",
        "KERNEL,IPV4,LOSS",
        "SOFTROCE,IPV4,REORDERING",
        "KERNEL,IPV4,DUPLICATION",
        "SOFTROCE,IPV4,ALL",
        "KERNEL,IPV6,ALL"
    })
    void everyOperationHasItsEffectOnceAndInOrder(Active active, Family family, Trouble trouble) throws Exception {
        Wire.trouble(trouble);
        long lost = Wire.lost();
        long duplicates = Wire.duplicates();
        long outOfSequence = Wire.outOfSequence();
        ends.converse(active, family, pathMtu);
        if (trouble.loses()) {
            assertThat(Wire.lost()).as("packets that were lost").isGreaterThan(lost);
        }
        if (trouble == Trouble.DUPLICATION) {
            assertThat(Wire.duplicates()).as("requests that came twice").isGreaterThan(duplicates);
        }
        if (trouble == Trouble.REORDERING) {
            assertThat(Wire.outOfSequence()).as("requests that came too early").isGreaterThan(outOfSequence);
        }
    }
}
