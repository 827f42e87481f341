package io.rtrs.cli.load;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file's blocks, in memory that the file is mapped to; the version means nothing.
 *
 * <p><b>Ownership:</b> whoever opened it closes it. <b>Errors:</b> an {@link InternalError} if the file becomes shorter.
 */
public final class FileContent implements Content, AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment file;

    private FileContent(FileChannel channel) throws IOException {
        file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }

    /** Maps a file. */
    public static FileContent open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new FileContent(channel);
        }
    }

    /** Its length when it was opened. */
    public long size() {
        return file.byteSize();
    }

    @Override
    public void fill(MemorySegment to, long offset, int length, int version) {
        MemorySegment.copy(file, offset, to, 0, length);
    }

    @Override
    public long mismatch(MemorySegment found, long offset, int length, int version) {
        return MemorySegment.mismatch(file, offset, offset + length, found, 0, length);
    }

    @Override
    public void close() {
        arena.close();
    }
}
