package io.rtrs.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Every contract test leaves as many handles as it found. */
@Timeout(120)
abstract class ContractTest {
    private Object before = "";

    @BeforeEach
    void countHandles() {
        before = Subject.handles();
    }

    @AfterEach
    void noHandleIsLeft() {
        assertThat(Subject.handles()).isEqualTo(before);
    }
}
