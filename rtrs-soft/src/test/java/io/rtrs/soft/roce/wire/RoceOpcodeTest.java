package io.rtrs.soft.roce.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;

/** The table of spec/rocev2.md 4, written down a second time. */
class RoceOpcodeTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            00, SEND_FIRST,            12, FULL, FIRST,  request,  receive
            01, SEND_MIDDLE,           12, FULL, MIDDLE, request,
            02, SEND_LAST,             12, SOME, LAST,   request,
            03, SEND_LAST_IMM,         16, SOME, LAST,   request,
            04, SEND_ONLY,             12, ANY,  ONLY,   request,  receive
            05, SEND_ONLY_IMM,         16, ANY,  ONLY,   request,  receive
            06, WRITE_FIRST,           28, FULL, FIRST,  request,
            07, WRITE_MIDDLE,          12, FULL, MIDDLE, request,
            08, WRITE_LAST,            12, SOME, LAST,   request,
            09, WRITE_LAST_IMM,        16, SOME, LAST,   request,  receive
            0A, WRITE_ONLY,            28, ANY,  ONLY,   request,
            0B, WRITE_ONLY_IMM,        32, ANY,  ONLY,   request,  receive
            0C, READ_REQUEST,          28, NONE, ONLY,   request,
            0D, READ_RESPONSE_FIRST,   16, FULL, FIRST,  response,
            0E, READ_RESPONSE_MIDDLE,  12, FULL, MIDDLE, response,
            0F, READ_RESPONSE_LAST,    16, SOME, LAST,   response,
            10, READ_RESPONSE_ONLY,    16, ANY,  ONLY,   response,
            11, ACKNOWLEDGE,           16, NONE, ONLY,   response,
            12, ATOMIC_ACKNOWLEDGE,    24, NONE, ONLY,   response,
            13, COMPARE_SWAP,          40, NONE, ONLY,   request,
            14, FETCH_ADD,             40, NONE, ONLY,   request,
            16, SEND_LAST_INVALIDATE,  16, SOME, LAST,   request,
            17, SEND_ONLY_INVALIDATE,  16, ANY,  ONLY,   request,  receive
            64, UD_SEND_ONLY,          20, ANY,  ONLY,   ,
            65, UD_SEND_ONLY_IMM,      24, ANY,  ONLY,   ,
            81, CONGESTION_NOTIFICATION, 28, NONE, ONLY, ,
            """)
    void the_opcode_says_what_the_table_says(
            String code, RoceOpcode opcode, int headers, String payload, String part, String side, String receive) {
        assertThat(RoceOpcode.of(Integer.parseInt(code, 16))).isSameAs(opcode);
        assertThat(opcode.code()).isEqualTo(Integer.parseInt(code, 16));
        assertThat(opcode.headerLength()).isEqualTo(headers);
        assertThat(opcode.payload().name()).isEqualTo(payload);
        assertThat(opcode.part().name()).isEqualTo(part);
        assertThat(opcode.isRequest()).isEqualTo("request".equals(side));
        assertThat(opcode.isResponse()).isEqualTo("response".equals(side));
        assertThat(opcode.needsReceive()).isEqualTo("receive".equals(receive));
    }

    @Test
    void no_opcode_is_known_beyond_the_table() {
        long known = java.util.stream.IntStream.range(0, 256)
                .filter(code -> RoceOpcode.of(code) != null)
                .count();
        assertThat(known)
                .isEqualTo(26)
                .isEqualTo(Arrays.stream(RoceOpcode.values()).count());
    }

    @Test
    void headers_follow_each_other_without_gaps() {
        assertThat(RoceOpcode.WRITE_ONLY_IMM.rethOffset()).isEqualTo(12);
        assertThat(RoceOpcode.WRITE_ONLY_IMM.immOffset()).isEqualTo(28);
        assertThat(RoceOpcode.ATOMIC_ACKNOWLEDGE.aethOffset()).isEqualTo(12);
        assertThat(RoceOpcode.ATOMIC_ACKNOWLEDGE.atomicAckOffset()).isEqualTo(16);
        assertThat(RoceOpcode.UD_SEND_ONLY_IMM.dethOffset()).isEqualTo(12);
        assertThat(RoceOpcode.UD_SEND_ONLY_IMM.immOffset()).isEqualTo(20);
        assertThat(RoceOpcode.SEND_ONLY_INVALIDATE.iethOffset()).isEqualTo(12);
        assertThat(RoceOpcode.SEND_ONLY.rethOffset()).isEqualTo(RoceOpcode.ABSENT);
    }

    @Test
    void the_longest_packets_are_those_of_the_specification() {
        // spec/rocev2.md 1.5, without IP and UDP
        assertThat(RoceOpcode.WRITE_ONLY_IMM.packetLength(4096))
                .isEqualTo(4160 - 28)
                .isEqualTo(RoceOpcode.MAX_PACKET);
        assertThat(RoceOpcode.WRITE_FIRST.packetLength(1024)).isEqualTo(1084 - 28);
        assertThat(RoceOpcode.ACKNOWLEDGE.packetLength(0)).isEqualTo(20);
        assertThat(RoceOpcode.UD_SEND_ONLY.packetLength(256)).isEqualTo(280);
    }
}
