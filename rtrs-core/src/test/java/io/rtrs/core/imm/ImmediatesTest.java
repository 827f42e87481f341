package io.rtrs.core.imm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.core.wire.Layouts;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

class ImmediatesTest {
    @Test
    void heartbeats_stand_on_the_wire_big_endian() { // spec/rtrs.md 19.8
        assertThat(wire(Immediates.HB_MSG)).isEqualTo("80000000");
        assertThat(wire(Immediates.HB_ACK)).isEqualTo("90000000");
        assertThat(Immediates.type(Immediates.HB_MSG)).isEqualTo(8);
        assertThat(Immediates.type(Immediates.HB_ACK)).isEqualTo(9);
        assertThat(Immediates.payload(Immediates.HB_ACK)).isZero();
    }

    @Test
    void a_request_names_buffer_and_offset() { // spec/rtrs.md 19.9
        ImmediateLayout layout = new ImmediateLayout(512);
        int imm = layout.ioRequest(3, 4096 + 32);
        assertThat(wire(imm)).isEqualTo("00181020");
        assertThat(Immediates.type(imm)).isEqualTo(Immediates.TYPE_IO_REQ);
        assertThat(layout.bufferId(imm)).isEqualTo(3);
        assertThat(layout.offset(imm)).isEqualTo(4128);
    }

    @ParameterizedTest
    @CsvSource({
        "0,5,false,10000005",
        "-5,5,false,10280005",
        "0,5,true,20000005",
        "-5,5,true,20280005",
        "-107,3,false,13580003"
    })
    void an_answer_names_errno_and_buffer(int status, int id, boolean invalidated, String hex) { // spec/rtrs.md 19.10
        int imm = Immediates.ioResponse(status, id, invalidated);
        assertThat(wire(imm)).isEqualTo(hex);
        assertThat(Immediates.status(imm)).isEqualTo(status);
        assertThat(Immediates.messageId(imm)).isEqualTo(id);
        assertThat(Immediates.type(imm)).isEqualTo(invalidated ? 2 : 1);
    }

    @ParameterizedTest
    @CsvSource({"1,28", "2,27", "3,26", "64,22", "100,21", "128,21", "512,19", "1000,18", "1024,18", "4096,16"})
    void the_bits_of_the_offset_follow_from_the_queue_depth(int queueDepth, int memBits) { // spec/rtrs.md 19.11
        assertThat(new ImmediateLayout(queueDepth).memBits()).isEqualTo(memBits);
    }

    @ParameterizedTest
    @CsvSource({"-510,-510", "-511,-511", "-512,-5", "-513,-5", "-1024,-5", "-2147483648,-5"})
    void an_errno_that_nine_bits_cannot_hold_becomes_EIO(int status, int sent) { // spec/rtrs.md 19.12, 19.56
        assertThat(Immediates.status(Immediates.ioResponse(status, 1, false))).isEqualTo(sent);
    }

    @Test
    void an_answer_with_a_positive_status_or_an_impossible_id_is_a_defect_of_the_caller() {
        assertThatThrownBy(() -> Immediates.ioResponse(5, 1, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Immediates.ioResponse(0, -1, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Immediates.ioResponse(0, 1 << 19, false)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Immediates.messageId(Immediates.ioResponse(0, (1 << 19) - 1, false)))
                .isEqualTo(524287);
    }

    @Property
    void V14_every_request_comes_back(
            @ForAll @IntRange(min = 1, max = 65535) int queueDepth, @ForAll int id, @ForAll int offset) {
        ImmediateLayout layout = new ImmediateLayout(queueDepth);
        int bufferId = Integer.remainderUnsigned(id, queueDepth);
        int off = offset & ((1 << layout.memBits()) - 1);
        int imm = layout.ioRequest(bufferId, off);
        assertThat(Immediates.type(imm)).isZero();
        assertThat(layout.bufferId(imm)).isEqualTo(bufferId);
        assertThat(layout.offset(imm)).isEqualTo(off);
    }

    @Property
    void V14_any_word_splits_into_type_and_payload_and_back(@ForAll int imm) {
        assertThat(Immediates.type(imm)).isBetween(0, 15);
        assertThat(Immediates.payload(imm)).isBetween(0, (1 << 28) - 1);
        assertThat(Immediates.of(Immediates.type(imm), Immediates.payload(imm))).isEqualTo(imm);
        assertThat(Immediates.status(imm)).isBetween(-511, 0);
    }

    @Test
    void V1_a_foreign_word_may_name_a_buffer_that_is_not_there() {
        // 3 buffers take 2 bits, so that a peer can name a fourth: spec/rtrs.md 19.52
        ImmediateLayout layout = new ImmediateLayout(3);
        assertThat(layout.bufferId(Immediates.of(0, 2 << 26))).isEqualTo(2);
        assertThat(layout.bufferId(Immediates.of(0, 3 << 26))).isEqualTo(3);
        assertThatThrownBy(() -> layout.ioRequest(3, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layout.ioRequest(0, 1 << 26)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layout.ioRequest(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65536})
    void V9_a_queue_depth_outside_its_field_has_no_layout(int queueDepth) {
        assertThatThrownBy(() -> new ImmediateLayout(queueDepth)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void V9_the_largest_queue_depth_leaves_12_bits() {
        assertThat(new ImmediateLayout(65534).memBits()).isEqualTo(12);
        assertThat(new ImmediateLayout(65535).memBits()).isEqualTo(12);
    }

    private static String wire(int imm) {
        byte[] bytes = new byte[4];
        MemorySegment.ofArray(bytes).set(Layouts.BE32, 0, imm);
        return HexFormat.of().formatHex(bytes);
    }
}
