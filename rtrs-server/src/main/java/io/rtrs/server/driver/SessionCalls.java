package io.rtrs.server.driver;

import io.rtrs.core.Status;
import io.rtrs.core.driver.UserCalls;
import io.rtrs.core.work.UserCode;
import io.rtrs.server.SessionListener;
import io.rtrs.server.session.Question;
import io.rtrs.server.session.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Tells the server's listener of sessions, in a thread that nothing else waits for.
 *
 * <p>What waits for a listener that does not return is bounded by the sessions that there may be: no session is up
 * before the listener has let it, a question is given up with the paths that it is about, and what was up ends once.
 *
 * <p><b>Threading:</b> the control thread, but for {@link #end} and the queries.
 */
final class SessionCalls {
    private static final Logger LOG = LoggerFactory.getLogger(SessionCalls.class);

    private final SessionListener listener;
    private final Executor control;
    private final UserCalls calls;

    /** Nothing calls the listener any more. */
    private volatile boolean ended;

    /** The call in which the listener is asked; equal to another one with the same question. */
    private record Asking(SessionCalls calls, Question question) implements Runnable {
        @Override
        public void run() {
            calls.put(question);
        }
    }

    SessionCalls(ServerSettings settings, Executor control, Runnable onIdle) {
        this.listener = settings.listener();
        this.control = control;
        this.calls = new UserCalls(settings.ambient().crew(), "rtrs-server-listener", control, onIdle);
    }

    /** Asks whether a session may be; {@link Session#onAnswer} follows, unless the question is given up. */
    void ask(Question question) {
        if (listener != SessionListener.NONE) {
            calls.add(new Asking(this, question));
        } else if (question.answer(Status.OK)) { // costs no thread
            question.session().onAnswer(question);
        }
    }

    /** Takes a question back that was given up, if the listener is not looking at it. */
    void takeBack(Question question) {
        @SuppressWarnings("unused") // if it is, its thread will see
        boolean taken = calls.cancel(new Asking(this, question));
    }

    private void put(Question question) {
        if (question.isGivenUp()) {
            return;
        }
        Session session = question.session();
        Status answer = answer(session);
        if (question.answer(answer)) {
            control.execute(() -> session.onAnswer(question));
        } else if (answer.isOk() && !ended) { // here and now: the client may have come again, and is asked about next
            tellEnded(session);
        }
    }

    private Status answer(Session session) {
        try {
            return Objects.requireNonNull(listener.onConnected(session), "the answer to onConnected");
        } catch (Throwable e) {
            UserCode.failed(LOG, session + ": the session listener", e);
            return Status.IO_ERROR;
        }
    }

    /** Tells that a session has ended. */
    void ended(Session session) {
        if (listener != SessionListener.NONE) {
            calls.add(() -> tellEnded(session));
        }
    }

    private void tellEnded(Session session) {
        try {
            listener.onDisconnected(session);
        } catch (Throwable e) {
            UserCode.failed(LOG, session + ": the session listener", e);
        }
    }

    /** Whether it was told of everything. */
    boolean isIdle() {
        return calls.isIdle();
    }

    /** Whether this thread is the listener's. */
    boolean isCurrentThread() {
        return calls.isCurrentThread();
    }

    /** It is told of nothing any more, but for what it is being told; returns what is left out. */
    int end() {
        ended = true;
        return calls.end();
    }
}
