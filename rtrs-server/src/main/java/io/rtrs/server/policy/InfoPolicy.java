package io.rtrs.server.policy;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.state.ServerPathState;
import io.rtrs.core.wire.InfoReq;
import io.rtrs.core.wire.PeerText;

import java.util.Collection;

/** Decides about INFO_REQ: rules 1 to 4 of spec/rtrs.md 5.6 in their order. Pure. */
public final class InfoPolicy {
    private InfoPolicy() {}

    /**
     * Returns the session's name.
     *
     * @param message what arrived, as long as it was
     * @param path the path that it arrived on
     * @param all the paths of all sessions
     * @throws ProtocolException what is wrong, with field and value; the path has to be closed
     */
    public static String check(byte[] message, PathEntry path, Collection<? extends PathEntry> all)
            throws ProtocolException {
        InfoReq request = InfoReq.decode(message);
        if (path.state() != ServerPathState.CONNECTING) {
            throw new ProtocolException(Errno.EIO, "INFO_REQ", "count", 2, "the path is " + path.state() + " already");
        }
        if (path.connectionCount() != path.cidNum()) {
            throw new ProtocolException(
                    Errno.EIO,
                    "INFO_REQ",
                    "connections",
                    path.connectionCount(),
                    "must come after all " + path.cidNum() + " connections");
        }
        String name = PeerText.printable(request.sessionName()); // raw text goes no further
        for (PathEntry other : all) {
            if (!other.sessionUuid().equals(path.sessionUuid()) && name.equals(other.sessionName())) {
                throw new ProtocolException(
                        Errno.EPERM,
                        "INFO_REQ",
                        "sessname length",
                        name.length(),
                        "the name \"" + name + "\" belongs to session " + other.sessionUuid());
            }
        }
        return name;
    }
}
