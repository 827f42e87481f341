package io.rtrs.interop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.interop.wire.Ends.Active;
import io.rtrs.interop.wire.Wire.Family;
import io.rtrs.interop.wire.Wire.Trouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The portable driver, which every JDK has, reaches kernels over IPv4 (spec/rocev2.md 2.6). */
@Tag("vm")
@ExtendWith(KeepPackets.class)
class NioWireTest {
    @Test
    void everyOperationWorksWithOneDatagramACall() throws Exception {
        Ends ends = new Ends("-Dio.rtrs.verbs.softroce.link=nio");
        try {
            ends.converse(Active.SOFTROCE, Family.IPV4, 4096);
            Wire.trouble(Trouble.LOSS);
            ends.converse(Active.KERNEL, Family.IPV4, 4096);
            assertThat(Wire.lost()).as("packets that were lost").isPositive();
        } finally {
            ends.end();
        }
    }
}
