package io.rtrs.verbs;

/** The status of a work completion in words, and as an errno. */
public final class WcStatus {
    private static final int EIO = 5;
    private static final int ECONNRESET = 104;
    private static final int ETIMEDOUT = 110;
    private static final int EREMOTEIO = 121;

    private enum Blame {
        HERE,
        PEER,
        SILENCE,
        NOBODY
    }

    private record Meaning(String name, String words, Blame blame) {}

    /** By number. */
    private static final Meaning[] ALL = {
        new Meaning("success", "PEER did it", Blame.NOBODY),
        new Meaning("local length error", "a message is longer than the memory for it on this side", Blame.HERE),
        new Meaning("local queue pair error", "the queue pair of this side failed", Blame.HERE),
        new Meaning("local end-to-end context error", "the context of this side failed", Blame.HERE),
        new Meaning("local protection error", "memory of this side is not registered for its use", Blame.HERE),
        new Meaning("flushed", "the connection ended before this was done", Blame.NOBODY),
        new Meaning("memory window bind error", "a memory window of this side could not be bound", Blame.HERE),
        new Meaning("bad response", "PEER gave an answer that makes no sense", Blame.PEER),
        new Meaning("local access error", "memory of this side does not allow its use", Blame.HERE),
        new Meaning("remote invalid request", "PEER calls a request invalid", Blame.PEER),
        new Meaning("remote access error", "PEER does not allow this use of its memory", Blame.PEER),
        new Meaning("remote operation error", "PEER failed to carry out a request", Blame.PEER),
        new Meaning("transport retries exceeded", "PEER stopped answering", Blame.SILENCE),
        new Meaning("receiver not ready, retries exceeded", "PEER takes no more messages", Blame.SILENCE),
    };

    private WcStatus() {}

    /** Its name: {@code "transport retries exceeded"}; {@code "status 77"} for an unknown one. */
    public static String name(int status) {
        return isKnown(status) ? ALL[status].name() : "status " + status;
    }

    /** What it means: {@code "the server stopped answering (transport retries exceeded)"} of peer {@code "the server"}. */
    public static String describe(int status, String peer) {
        return isKnown(status)
                ? ALL[status].words().replace("PEER", peer) + " (" + ALL[status].name() + ")"
                : "a work request failed with status " + status;
    }

    /** The positive errno for who waits for the result. */
    public static int errno(int status) {
        if (!isKnown(status)) {
            return EIO;
        }
        return switch (ALL[status].blame()) {
            case HERE -> EIO;
            case PEER -> EREMOTEIO;
            case SILENCE -> ETIMEDOUT;
            case NOBODY -> ECONNRESET;
        };
    }

    /** Whether it says that the peer does not answer, or takes nothing. */
    public static boolean isSilence(int status) {
        return isKnown(status) && ALL[status].blame() == Blame.SILENCE;
    }

    private static boolean isKnown(int status) {
        return status >= 0 && status < ALL.length;
    }
}
