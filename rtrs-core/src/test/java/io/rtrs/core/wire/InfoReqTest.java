package io.rtrs.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.error.RtrsException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

class InfoReqTest {
    /** The worked example of spec/rtrs.md 3.10. */
    private static final byte[] EXAMPLE = Bytes.hex("00 00 63 6c 74 2d 73 72 76", 272);

    @Test
    void the_worked_example_is_encoded_over_every_dirty_byte_and_decoded() throws ProtocolException {
        // spec/rtrs.md 19.5
        byte[] bytes = Bytes.dirty(272);
        new InfoReq("clt-srv").encode(MemorySegment.ofArray(bytes));
        assertThat(bytes).isEqualTo(EXAMPLE);
        assertThat(InfoReq.decode(EXAMPLE)).isEqualTo(new InfoReq("clt-srv"));
    }

    @Property
    void what_is_encoded_is_decoded(@ForAll @AlphaChars @StringLength(min = 1, max = 254) String name)
            throws ProtocolException {
        assertThat(InfoReq.decode(new InfoReq(name).encode()).sessionName()).isEqualTo(name);
    }

    @Test
    void a_short_message_or_another_type_is_refused() {
        refused(Arrays.copyOf(EXAMPLE, 271), "length = 271", 5);
        refused(new byte[0], "length = 0", 5);
        refused(Bytes.with16(EXAMPLE, 0, 1), "type = 1", 5);
    }

    @Test
    void a_longer_receive_is_accepted() throws ProtocolException {
        assertThat(InfoReq.decode(Arrays.copyOf(EXAMPLE, 300)).sessionName()).isEqualTo("clt-srv");
    }

    @ParameterizedTest
    @ValueSource(ints = {253, 254})
    void V1_a_name_of_up_to_254_bytes_is_accepted(int length) throws ProtocolException {
        assertThat(InfoReq.decode(named("x".repeat(length))).sessionName()).hasSize(length);
        assertThat(SessionName.violation("x".repeat(length))).isNull();
    }

    @Test
    void V1_a_name_without_its_terminating_zero_is_refused() {
        refused(named("x".repeat(255)), "no terminating zero", 22);
        assertThat(SessionName.violation("x".repeat(255))).contains("at most 254 bytes, is 255");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a.b", "/", "..", "ctl."})
    void V7_a_name_with_a_slash_or_a_dot_is_refused_on_both_sides(String name) { // spec/rtrs.md 19.24
        refused(named(name), name, 22);
        RtrsException e = catchThrowableOfType(RtrsException.class, () -> SessionName.require(name));
        assertThat(e.errno()).isEqualTo(22);
        assertThat(e).hasMessageContaining(name).hasMessageContaining("EINVAL");
        assertThatThrownBy(() -> new InfoReq(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_is_said_of_a_bad_name_stays_on_its_line() {
        ProtocolException e = catchThrowableOfType(ProtocolException.class, () -> InfoReq.decode(named("a.\nb\u001b")));
        assertThat(e).hasMessageNotContaining("\n").hasMessageNotContaining("\u001b");
    }

    @Test
    void an_empty_name_or_one_that_is_not_text_is_refused() {
        refused(named(""), "must not be empty", 22);
        refused(Bytes.with16(EXAMPLE, 2, 0x80FF), "not UTF-8", 22);
        assertThat(SessionName.violation("a\ud800")).contains("UTF-8");
    }

    @Test
    void the_limit_counts_bytes_and_not_characters() throws RtrsException {
        assertThat(SessionName.require("ä".repeat(127))).hasSize(127);
        assertThat(SessionName.violation("ä".repeat(128))).contains("is 256");
    }

    @Test
    void bytes_behind_the_terminating_zero_are_ignored() throws ProtocolException {
        byte[] message = EXAMPLE.clone();
        Arrays.fill(message, 10, 272, (byte) 0xA5);
        assertThat(InfoReq.decode(message)).isEqualTo(new InfoReq("clt-srv"));
    }

    private static byte[] named(String name) {
        byte[] message = new byte[272];
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, message, 2, bytes.length);
        return message;
    }

    private static void refused(byte[] message, String words, int errno) {
        ProtocolException e = catchThrowableOfType(ProtocolException.class, () -> InfoReq.decode(message));
        assertThat(e).hasMessageContaining("INFO_REQ.").hasMessageContaining(words);
        assertThat(e.errno()).isEqualTo(errno);
    }
}
