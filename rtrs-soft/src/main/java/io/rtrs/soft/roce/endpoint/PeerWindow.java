package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.cm.QueuePairAttributes;
import io.rtrs.soft.roce.link.ReceiveBuffer;
import io.rtrs.soft.roce.rc.QpAttributes.Limits;

/**
 * How much a queue pair may have under way at its peer (docs/decisions/0005-what-peers-tell.md).
 *
 * <p>What kernels and adapters take is known; they have no socket between. A peer that tells the size of its receive buffer
 * takes half of what that holds of all queue pairs together, since requests and answers share it; and so does this side, for
 * the answers to READs come here. Who is at a loopback address is a process like this one, with a buffer like ours.
 */
final class PeerWindow {
    private static final int SMALLEST = 16;
    private static final int LARGEST = 1024;
    private static final int LARGEST_AT_HOME = 512;
    private static final int LEAST_READ_CHUNK = 16;
    private static final int LARGEST_READ_CHUNK = 64;

    /** Packets that all queue pairs together may have under way at the peer; 0: as many as each may have by itself. */
    final int budget;

    private final int window;
    private final int initial;
    private final int readChunk;

    PeerWindow(QueuePairAttributes wanted, EndpointTuning tuning) {
        boolean home = wanted.peer().gid().isLoopback();
        int peers = wanted.told().receiveBytes();
        int told = peers == 0 && home ? tuning.receiveBytes() : peers;
        int ours = tuning.receiveBytes() == 0 ? told : tuning.receiveBytes();
        if (told == 0) {
            budget = 0;
            window = tuning.window();
            readChunk = window / 2;
        } else {
            budget = Math.max(SMALLEST, ReceiveBuffer.packets(Math.min(told, ours), wanted.pathMtu()) / 2);
            window = Math.min(budget, home ? LARGEST_AT_HOME : LARGEST);
            // As many requests as were agreed on fill the window; small ones share it better.
            int filling = window / Math.max(1, wanted.initiatorDepth());
            readChunk = Math.min(Math.clamp(filling, LEAST_READ_CHUNK, LARGEST_READ_CHUNK), window / 2);
        }
        // What is lost on the way between two processes is lost in the buffer, which the budget keeps from filling.
        initial = home ? window : Limits.INITIAL_WINDOW;
    }

    Limits limits(int initiatorDepth) {
        return new Limits(initiatorDepth, window, initial, readChunk);
    }
}
