package io.rtrs.server.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

class ClosingTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void oneThatFailsKeepsNoOtherAndTheFirstFailureHasTheOthers() {
        List<Closing> all = List.of(
                () -> closed.add("a"),
                () -> {
                    throw new IOException("first");
                },
                () -> {
                    throw new IllegalStateException("second");
                },
                () -> closed.add("b"));
        assertThatThrownBy(() -> Closing.each(all))
                .isInstanceOf(IOException.class)
                .hasMessage("first")
                .satisfies(
                        e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(IllegalStateException.class));
        assertThat(closed).containsExactly("a", "b");
    }

    @Test
    void whatCanBeClosedIsAndNothingIsThrown() throws IOException {
        Closing.each(List.of(() -> closed.add("a")));
        assertThat(closed).containsExactly("a");
    }
}
