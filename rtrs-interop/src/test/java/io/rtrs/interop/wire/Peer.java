package io.rtrs.interop.wire;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program at one end of the wire that does what it is told, one command at a time; see {@link WirePeer}. */
abstract class Peer {
    /** Longer than any command takes; what a command waits for has limits of its own, which tell more. */
    private static final long LIMIT_SECONDS = 600;

    /** Begins a command; its answer comes, or what went wrong. */
    abstract CompletableFuture<String> start(Object... words);

    /** What the peer does just now, for the message of a command that does not end. */
    abstract String state() throws Exception;

    /** Ends it, and fails if it does not end well. */
    abstract void end() throws Exception;

    /** Does a command and returns its answer. */
    String run(Object... words) throws Exception {
        return join(start(words));
    }

    /** Waits for a command of this peer. */
    String join(CompletableFuture<String> command) throws Exception {
        try {
            return command.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(this + " does not end its command; " + state(), e);
        } catch (ExecutionException e) {
            throw new AssertionError(this + ": " + e.getCause(), e.getCause());
        }
    }

    /** Waits for commands of two peers that belong together; if both fail, the message has both. */
    static void joinBoth(Peer one, CompletableFuture<String> ofOne, Peer other, CompletableFuture<String> ofOther)
            throws Exception {
        AssertionError failed = null;
        try {
            one.join(ofOne);
        } catch (AssertionError e) {
            failed = e;
        }
        try {
            other.join(ofOther);
        } catch (AssertionError e) {
            if (failed == null) {
                throw e;
            }
            throw new AssertionError(failed.getMessage() + "\nand " + e.getMessage(), failed);
        }
        if (failed != null) {
            throw failed;
        }
    }
}
