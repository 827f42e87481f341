package io.rtrs.interop.paths;

import io.rtrs.interop.kernel.Shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A path of a session of the kernel's client, in sysfs (spec/rtrs.md 15.1). */
final class KernelPath {
    private static final int FAILOVERS_AT = 5;

    private final Path folder;

    KernelPath(String session, String path) {
        folder = Path.of("/sys/class/rtrs-client", session, "paths", path);
    }

    private String read(String attribute) {
        try {
            return Files.readString(folder.resolve(attribute)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isConnected() {
        return read("state").equals("connected");
    }

    /** How often it came back. */
    long returns() {
        return number("stats/reconnects", 0);
    }

    /** Requests that it took over from another path. */
    long failovers() {
        return number("stats/rdma", FAILOVERS_AT);
    }

    private long number(String attribute, int index) {
        return Long.parseLong(read(attribute).split(" +")[index]);
    }

    /**
     * Has it reconnect now instead of in up to half a minute.
     *
     * @return whether it is connected then; not, if it is still being taken down
     */
    boolean reconnect() {
        if (!isConnected()) {
            try {
                Shell.write(folder.resolve("reconnect"), "1");
            } catch (IOException notYet) {
                return false;
            }
        }
        return isConnected();
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
