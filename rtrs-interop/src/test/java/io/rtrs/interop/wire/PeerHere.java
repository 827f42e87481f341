package io.rtrs.interop.wire;

import io.rtrs.verbs.VerbsProvider;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The peer in this process, with the kernel's device. */
final class PeerHere extends Peer {
    private final WirePeer program;
    private volatile Thread busy = Thread.currentThread();

    PeerHere(VerbsProvider provider) {
        program = new WirePeer(provider);
    }

    @Override
    CompletableFuture<String> start(Object... words) {
        List<String> command = Arrays.stream(words).map(WirePeer::word).toList();
        CompletableFuture<String> answer = new CompletableFuture<>();
        busy = Thread.ofPlatform().daemon().start(() -> {
            try {
                answer.complete(program.perform(command));
            } catch (Throwable e) {
                answer.completeExceptionally(new CompletionException(e.toString(), e));
            }
        });
        return answer;
    }

    @Override
    String state() {
        return "its thread is at "
                + String.join(
                        "\n    ",
                        Arrays.stream(busy.getStackTrace())
                                .map(Object::toString)
                                .toList());
    }

    @Override
    void end() throws Exception {
        program.close();
    }

    @Override
    public String toString() {
        return "the end with the kernel's device";
    }
}
