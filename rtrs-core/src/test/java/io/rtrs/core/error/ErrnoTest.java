package io.rtrs.core.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;

class ErrnoTest {
    @Test
    void every_constant_has_its_name_and_words_and_a_number_of_its_own() throws IllegalAccessException {
        Set<Integer> numbers = new HashSet<>();
        for (Field field : Errno.class.getFields()) {
            if (field.getName().startsWith("E") && Modifier.isStatic(field.getModifiers())) {
                int errno = field.getInt(null);
                assertThat(numbers.add(errno)).as(field.getName()).isTrue();
                assertThat(Errno.name(errno)).isEqualTo(field.getName());
                assertThat(Errno.name(-errno)).isEqualTo(field.getName());
                assertThat(Errno.text(errno)).isNotEqualTo("unknown error");
                assertThat(errno).isBetween(1, Errno.WIRE_MAX);
            }
        }
        assertThat(numbers).hasSizeGreaterThan(40);
    }

    @Test
    void unknown_numbers_keep_their_number() {
        assertThat(Errno.name(600)).isEqualTo("errno 600");
        assertThat(Errno.name(Integer.MIN_VALUE)).isEqualTo("errno 2147483648");
        assertThat(Errno.text(3)).isEqualTo("unknown error");
    }

    @Test
    void an_exception_carries_a_positive_errno_and_names_it() {
        RtrsException e = new RtrsException(-Errno.ETIMEDOUT, "connect to ip:10.0.0.1");
        assertThat(e.errno()).isEqualTo(110);
        assertThat(e).hasMessage("connect to ip:10.0.0.1: ETIMEDOUT (110, timed out)");
        assertThatThrownBy(() -> new RtrsException(0, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_protocol_fault_names_message_field_value_and_rule() {
        ProtocolException e =
                new ProtocolException(Errno.ECONNRESET, "CON_REQ", "cid", 7, "must be less than cid_num 3");
        assertThat(e).hasMessageStartingWith("CON_REQ.cid = 7, must be less than cid_num 3: ECONNRESET");
        assertThat(e.wireMessage()).isEqualTo("CON_REQ");
        assertThat(e.rejectErrno()).isEqualTo(-104);
    }
}
