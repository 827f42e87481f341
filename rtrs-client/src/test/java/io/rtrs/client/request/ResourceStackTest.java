package io.rtrs.client.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class ResourceStackTest {
    @Test
    void whatThrowsKeepsNothingElseFromBeingFreed() {
        ResourceStack stack = new ResourceStack();
        List<String> freed = new ArrayList<>();
        stack.push("first", () -> freed.add("first"));
        stack.push("error", () -> {
            throw new OutOfMemoryError("for the test");
        });
        stack.push("second", () -> freed.add("second"));
        stack.push("exception", () -> {
            throw new Exception("for the test");
        });
        stack.close();
        assertThat(freed).containsExactly("second", "first");
    }
}
