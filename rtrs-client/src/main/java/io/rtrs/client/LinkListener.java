package io.rtrs.client;

/**
 * Told when a session loses its last path or gets the first one back; never about the initial connecting.
 *
 * <p><b>Threading:</b> one call at a time, on the session's control thread; it must not wait for requests, nor close the
 * session.
 */
@FunctionalInterface
public interface LinkListener {

    /** Does nothing. */
    LinkListener NONE = (session, event) -> {};

    /** The event has happened. */
    void onLinkEvent(ClientSession session, LinkEvent event);
}
