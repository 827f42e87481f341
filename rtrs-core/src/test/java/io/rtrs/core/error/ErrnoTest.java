package io.rtrs.core.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.core.Status;
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
                assertThat(Status.of(-errno).errno()).isEqualTo(errno);
            }
        }
        assertThat(numbers).hasSize(Status.values().length - 2); // all but OK and OTHER
    }

    @Test
    void unknown_numbers_keep_their_number() {
        assertThat(Errno.name(600)).isEqualTo("errno 600");
        assertThat(Errno.name(Integer.MIN_VALUE)).isEqualTo("errno 2147483648");
        assertThat(Errno.text(3)).isEqualTo("unknown error");
    }

    @Test
    void a_status_stands_for_an_errno_of_either_sign_and_knows_what_it_does_not_know() {
        assertThat(Status.of(0)).isSameAs(Status.OK);
        assertThat(Status.of(-104)).isSameAs(Status.CONNECTION_RESET);
        assertThat(Status.of(104)).isSameAs(Status.CONNECTION_RESET);
        assertThat(Status.CONNECTION_RESET).hasToString("ECONNRESET (104, connection reset by the peer)");
        assertThat(Status.of(5)).isSameAs(Status.IO_ERROR);
        for (int errno : new int[] {3, 133, 134, 511, -512, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThat(Status.of(errno)).as("%d", errno).isSameAs(Status.OTHER);
        }
        assertThat(new RtrsException(300, "x").status()).isSameAs(Status.OTHER);
        assertThat(new RtrsException(300, "x").errno()).isEqualTo(300);
        assertThatThrownBy(() -> new RtrsException(Status.OK, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_exception_carries_a_positive_errno_and_names_it() {
        RtrsException e = new RtrsException(-Errno.ETIMEDOUT, "connect to ip:10.0.0.1");
        assertThat(e.errno()).isEqualTo(110);
        assertThat(e.status()).isSameAs(Status.TIMED_OUT);
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
