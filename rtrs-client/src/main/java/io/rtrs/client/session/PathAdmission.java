package io.rtrs.client.session;

import io.rtrs.client.path.Path;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.RdmaAddress;
import io.rtrs.core.wire.Protocol;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/** Which paths a session may have beside each other. Pure. */
public final class PathAdmission {
    private PathAdmission() {}

    /**
     * Checks the paths that a session shall be opened with.
     *
     * @throws RtrsException EINVAL, EEXIST; as {@link #check(PathAddress, List)}
     */
    public static void checkAll(List<PathAddress> paths) throws RtrsException {
        for (int i = 0; i < paths.size(); i++) {
            PathAddress path = paths.get(i);
            checkEnds(path);
            for (PathAddress other : paths.subList(0, i)) {
                checkPair(path, other, other.source());
            }
        }
    }

    /**
     * Checks a path that shall be added to others.
     *
     * @throws RtrsException ENOSPC if there are as many as there can be; EEXIST if there is one between the same addresses;
     *     EINVAL if no server can be at the destination, or if addresses are of different families, which servers take for
     *     the same (K-S3)
     */
    public static void check(PathAddress path, List<Path> listed) throws RtrsException {
        if (listed.size() >= Protocol.PATHS_MAX) {
            throw new RtrsException(
                    Errno.ENOSPC, "path " + path + ": the session has " + listed.size() + " paths; remove one first");
        }
        checkEnds(path);
        for (Path other : listed) {
            checkPair(path, other.address(), other.source());
        }
    }

    /** Whether one of these paths joins the addresses of a path that has found its source. */
    public static boolean isJoined(Path path, List<Path> listed) {
        RdmaAddress destination = path.address().destination();
        return listed.stream()
                .anyMatch(other -> other != path
                        && Objects.equals(other.source(), path.source())
                        && other.address().destination().equals(destination));
    }

    private static void checkEnds(PathAddress path) throws RtrsException {
        String obstacle = path.obstacle();
        if (obstacle != null) {
            throw new RtrsException(Errno.EINVAL, "path " + path + ": " + obstacle);
        }
        RdmaAddress source = path.source();
        if (source != null && family(source) != family(path.destination())) {
            throw new RtrsException(
                    Errno.EINVAL,
                    "path " + path
                            + ": source and destination are of different address families; give two of the same");
        }
    }

    private static void checkPair(PathAddress path, PathAddress other, @Nullable RdmaAddress from)
            throws RtrsException {
        if (family(path.destination()) != family(other.destination())) {
            throw new RtrsException(
                    Errno.EINVAL,
                    "path " + path + " and path " + other
                            + " are of different address families; all paths of a session must be of one");
        }
        boolean sameSource = Objects.equals(path.source(), other.source())
                || (path.source() != null && path.source().equals(from));
        if (sameSource && path.destination().equals(other.destination())) {
            throw new RtrsException(
                    Errno.EEXIST,
                    "path " + path + " exists already; a further path to this address needs a source of its own");
        }
    }

    /** Bytes of an address, or −1 for a GID. */
    private static int family(RdmaAddress end) {
        return end instanceof RdmaAddress.Ip ip ? ip.address().getAddress().length : -1;
    }
}
