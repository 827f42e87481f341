package io.rtrs.cli;

import picocli.CommandLine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file for a run's result. It is opened before the run, so that an unwritable one is known in time; what it holds stays
 * until there is something to write, and a new one that got nothing is removed.
 *
 * <p><b>Threading:</b> one thread.
 */
final class ResultFile implements AutoCloseable {
    private final String option;
    private final Path path;
    private final boolean existed;
    private boolean written;

    private ResultFile(String option, Path path, boolean existed) {
        this.option = option;
        this.path = path;
        this.existed = existed;
    }

    /** Opens it; what stands in the way is the option's fault. */
    static ResultFile open(CommandLine command, String option, Path path) {
        boolean existed = Files.exists(path);
        try {
            Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
            return new ResultFile(option, path, existed);
        } catch (IOException e) {
            throw Arguments.wrong(command, option, path, "cannot be written: " + reason(e));
        }
    }

    void write(String text) throws IOException {
        written = true;
        try {
            Files.writeString(path, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IOException(option + " " + path + " cannot be written: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return reason != null
                ? reason
                : switch (e.getClass().getSimpleName()) {
                    case "NoSuchFileException" -> "there is no such folder";
                    case "AccessDeniedException" -> "this user may not";
                    default -> e.toString();
                };
    }

    @Override
    public void close() throws IOException {
        if (!written && !existed) {
            Files.deleteIfExists(path);
        }
    }
}
