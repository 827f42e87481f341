package io.rtrs.interop.rtrs;

import io.rtrs.client.ClientSession;
import io.rtrs.client.SessionListener;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what a session's listener is told. */
final class LinkEvents implements SessionListener {
    static final String RECONNECTED = "reconnected";
    static final String DISCONNECTED = "disconnected";

    final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public void onReconnected(ClientSession session) {
        seen.add(RECONNECTED);
    }

    @Override
    public void onDisconnected(ClientSession session) {
        seen.add(DISCONNECTED);
    }
}
