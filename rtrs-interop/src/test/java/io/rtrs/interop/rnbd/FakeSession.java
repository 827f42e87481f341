package io.rtrs.interop.rnbd;

import io.rtrs.server.ServerPath;
import io.rtrs.server.ServerSession;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.UUID;

/** A session without paths. */
final class FakeSession implements ServerSession {
    private final UUID uuid = UUID.randomUUID();
    private @Nullable Object attachment;

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public UUID uuid() {
        return uuid;
    }

    @Override
    public boolean isConnected() {
        return false;
    }

    @Override
    public int queueDepth() {
        return 1;
    }

    @Override
    public boolean alwaysInvalidate() {
        return true;
    }

    @Override
    public List<ServerPath> paths() {
        return List.of();
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(@Nullable Object newAttachment) {
        attachment = newAttachment;
    }

    @Override
    public void disconnect() {
        throw new UnsupportedOperationException();
    }
}
