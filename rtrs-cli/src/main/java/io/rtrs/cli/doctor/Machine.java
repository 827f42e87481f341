package io.rtrs.cli.doctor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files in which Linux describes itself; elsewhere there are none.
 *
 * @param root "/", or a folder that looks like it
 */
public record Machine(Path root) {

    /** This machine. */
    public static Machine here() {
        return new Machine(Path.of("/"));
    }

    /** A file's text without the white space around it; empty if it cannot be read. */
    public Optional<String> read(String path) {
        try {
            return Optional.of(Files.readString(root.resolve(path)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The names in a folder in order; none if it is not there. */
    List<String> list(String path) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(path))) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        names.sort(null);
        return List.copyOf(names);
    }

    boolean canWrite(String path) {
        return Files.isWritable(root.resolve(path));
    }

    boolean exists(String path) {
        return Files.exists(root.resolve(path));
    }
}
