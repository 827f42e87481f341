package io.rtrs.core.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import javax.management.Attribute;
import javax.management.MBeanException;

/** What clients of JMX get of attributes whose code fails. */
class ManagedBeanTest {
    private final ManagedBean bean = new ManagedBean("A bean of a test.")
            .text("good", "A text.", () -> "text")
            .number("bad", "A number.", () -> {
                throw new IllegalStateException("thrown by the test");
            })
            .button("press", "Fails.", () -> {
                throw new IllegalStateException("thrown by the test");
            });

    @Test
    void aDefectIsASentenceThatEveryClientKnows() {
        assertThatThrownBy(() -> bean.setAttribute(new Attribute("press", "1")))
                .isInstanceOf(MBeanException.class)
                .hasMessage("press failed: thrown by the test")
                .cause()
                .isExactlyInstanceOf(IOException.class)
                .hasNoCause();
        assertThatThrownBy(() -> bean.getAttribute("bad"))
                .isInstanceOf(MBeanException.class)
                .hasMessage("bad failed: thrown by the test");
    }

    @Test
    void whatCannotBeReadKeepsNothingElseFromBeingRead() {
        assertThat(bean.getAttributes(new String[] {"bad", "good", "none"}).asList())
                .containsExactly(new Attribute("good", "text"));
    }
}
