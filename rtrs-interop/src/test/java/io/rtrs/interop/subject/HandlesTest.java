package io.rtrs.interop.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.Map;

class HandlesTest {
    @Test
    void countsOfAllDevicesAreSummed() {
        assertThat(Handles.count("""
                        0: rxe0: pd 3 cq 5 qp 4 cm_id 10 mr 6 ctx 2 srq 0
                        1: rxe1: pd 1 cq 1 qp 1 cm_id 0 mr 0 ctx 0 srq 0
                        """)).isEqualTo(Map.of("pd", 4, "cq", 6, "qp", 5, "cm_id", 10, "mr", 6));
    }

    @Test
    void outputWithoutCountsIsAnError() {
        assertThatThrownBy(() -> Handles.count("rdma: no such thing")).hasMessageContaining("no such thing");
    }
}
