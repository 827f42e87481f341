package io.rtrs.soft.roce.cm.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.verbs.RejectCause;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Field;

class RejectReasonTest {
    @Test
    void what_software_roce_rejects_with_is_called_as_in_the_api() throws Exception {
        for (Field constant : RejectReason.class.getFields()) {
            assertThat(RejectCause.valueOf(constant.getName()).reason())
                    .as(constant.getName())
                    .isEqualTo(constant.getInt(null));
        }
        assertThat(RejectReason.class.getFields()).hasSizeGreaterThan(5);
    }
}
