package io.rtrs.client.session;

import io.rtrs.client.ClientSession;
import io.rtrs.client.driver.Pause;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.error.RtrsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.CompletionException;

/** Opens a session: all paths or nothing, again if a server is too busy at the moment. */
public final class SessionOpener {
    private static final Logger LOG = LoggerFactory.getLogger(SessionOpener.class);

    private SessionOpener() {}

    /** Opens a session; see {@link io.rtrs.client.RtrsClient.Builder#open}. */
    public static ClientSession open(SessionOptions options) throws RtrsException {
        Ambient ambient = Ambient.real();
        OpenRetry retry = new OpenRetry(ambient.nowNs(), options.connectTimeoutNs(), ambient.random());
        while (true) {
            try {
                return attempt(options, ambient);
            } catch (RtrsException e) {
                long pauseNs = retry.pauseNs(e.getCause() instanceof RtrsException why ? why : e, ambient.nowNs());
                if (pauseNs == OpenRetry.NEVER) {
                    throw e;
                }
                LOG.info("session {}: {}; another attempt follows", options.sessionName(), e.getMessage());
                Pause.forNs(pauseNs);
            }
        }
    }

    private static ClientSession attempt(SessionOptions options, Ambient ambient) throws RtrsException {
        Opening opening = Opening.begin(options, ambient);
        boolean done = false;
        try {
            await(opening);
            ClientSession session = opening.finish();
            done = true;
            return session;
        } finally {
            if (!done) {
                opening.undo();
            }
        }
    }

    private static void await(Opening opening) throws RtrsException {
        try {
            opening.paths().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RtrsException cause) {
                throw new RtrsException(cause.errno(), "open: " + cause.reason(), cause);
            }
            throw e;
        }
    }
}
