package io.rtrs.server.management;

import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.server.path.Path;
import io.rtrs.server.request.HeldOperation;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Requests that are with a handler, as operators see and name them: {@code 3#4c0000000000012}, the buffer's id and, in
 * hexadecimal, the request's handle. So nobody abandons the next request of a buffer when he means the one that he has seen.
 */
final class OpenOperations {
    private static final Pattern NAME = Pattern.compile("[0-9]+#[0-9a-f]+");

    private OpenOperations() {}

    /** One a line; empty if there is none. */
    static String print(Path path) {
        return held(path)
                .map(open -> name(open) + " " + open.direction() + " " + open.dataLength())
                .collect(Collectors.joining("\n"));
    }

    /**
     * Answers one with IO_ERROR in the handler's place.
     *
     * @throws RtrsException EINVAL if that names none; ENOENT if it is not open any more
     */
    static void abandon(Path path, String which) throws RtrsException {
        String wanted = which.strip();
        if (!NAME.matcher(wanted).matches()) {
            throw new RtrsException(
                    Errno.EINVAL, "abandon takes what open_operations begins a line with, as 3#1f, not " + which);
        }
        boolean abandoned = held(path).anyMatch(open -> name(open).equals(wanted) && open.abandon(Status.IO_ERROR));
        if (abandoned) {
            return;
        }
        throw new RtrsException(
                Errno.ENOENT,
                "path " + path.name() + ": request " + wanted + " is not open; it was answered meanwhile");
    }

    private static Stream<HeldOperation> held(Path path) {
        return path.openOperations().stream().map(HeldOperation.class::cast);
    }

    private static String name(HeldOperation open) {
        return open.bufferId() + "#" + Long.toHexString(open.handle());
    }
}
