package io.rtrs.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.Status;
import io.rtrs.server.FencePolicy;
import io.rtrs.server.path.Path;
import io.rtrs.server.path.UnmadePath;
import io.rtrs.server.policy.ServerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A session's question to the listener, and what becomes of it when its paths go meanwhile. */
@Timeout(60)
class SessionTest {
    private final List<String> events = new ArrayList<>();
    private final List<Question> asked = new ArrayList<>();
    private final List<String> incidents = new ArrayList<>();
    private boolean fails;

    private final Session session = new Session(
            new SessionHost() {
                @Override
                public void onConnecting(Question question) {
                    asked.add(question);
                    events.add("asks");
                }

                @Override
                public void onGivenUp(Question question) {
                    events.add("given up");
                }

                @Override
                public void onDisconnected(Session gone) {
                    events.add("disconnected");
                }

                @Override
                public void onEmpty(Session empty) {
                    events.add("empty");
                }

                @Override
                public void onPathsChanged() {
                    if (fails) {
                        fails = false;
                        throw new IllegalStateException("an observer throws for the test");
                    }
                }
            },
            new UUID(1, 1),
            new ServerConfig(4, 4096, 1024, true, 1, FencePolicy.OFF, 1_000_000_000));

    private Path path() throws IOException {
        Path path = UnmadePath.of(session, incidents);
        session.add(path);
        return path;
    }

    @Test
    void anAnswerThatCameJustBeforeThePathWentIsFollowedByTheEndAtOnce() throws Exception {
        Path path = path();
        session.onUp(path, "s");
        Question question = asked.getFirst();
        assertThat(question.answer(Status.OK)).isTrue();
        session.onDown(path);
        assertThat(events).containsExactly("asks", "disconnected");
        session.onAnswer(question); // what the listener's thread had asked for
        assertThat(events).containsExactly("asks", "disconnected");
    }

    @Test
    void aRefusalThatCameJustBeforeThePathWentIsNoSession() throws Exception {
        Path path = path();
        session.onUp(path, "s");
        assertThat(asked.getFirst().answer(Status.BUSY)).isTrue();
        session.onDown(path);
        assertThat(events).containsExactly("asks");
    }

    @Test
    void aPathThatComesAfterAQuestionWasGivenUpAsksAnew() throws Exception {
        Path first = path();
        Path second = path();
        session.onUp(first, "s");
        session.onDown(first);
        session.onUp(second, "s");
        assertThat(events).containsExactly("asks", "given up", "asks");
        Question old = asked.getFirst();
        assertThat(old.isGivenUp()).isTrue();
        assertThat(old.answer(Status.OK)).isFalse();
        Question anew = asked.getLast();
        assertThat(anew.answer(Status.OK)).isTrue();
        session.onAnswer(anew);
        session.onDown(second);
        assertThat(events).containsExactly("asks", "given up", "asks", "disconnected");
    }

    @Test
    void whatFailsForOnePathKeepsNoOtherFromBeingUp() throws Exception {
        Path first = path();
        Path second = path();
        session.onUp(first, "s");
        session.onUp(second, "s");
        Question question = asked.getFirst();
        assertThat(question.answer(Status.OK)).isTrue();
        fails = true;
        session.onAnswer(question);
        assertThat(incidents).singleElement().asString().contains("the session listener's answer");
        session.onDown(first);
        assertThat(events).containsExactly("asks");
        session.onDown(second);
        assertThat(events).containsExactly("asks", "disconnected");
    }
}
