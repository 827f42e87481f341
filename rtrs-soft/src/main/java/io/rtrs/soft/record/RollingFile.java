package io.rtrs.soft.record;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file of records that begins again when it is full: its first record, a header, comes first in each. What was full is
 * kept beside it until the next is full.
 *
 * <p><b>Threading:</b> any: one lock, which the writer finds free but for the moments of a flush. A record is what one
 * call of {@link #write(byte[], int, int)} brings.
 */
final class RollingFile extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(RollingFile.class);
    private static final int BUFFER = 64 << 10;

    private final Path file;
    private final Path full;
    private final long limit;
    private byte[] header = {};
    private OutputStream out;
    private long size;

    /** Makes the file, or empties it; it is not longer than the limit, unless a record is. */
    RollingFile(Path file, long limit) throws IOException {
        this.file = file;
        this.full = file.resolveSibling("before-" + file.getFileName());
        this.limit = limit;
        this.out = open(file);
    }

    private static OutputStream open(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file), BUFFER);
    }

    @Override
    public synchronized void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (header.length == 0) {
            header = new byte[length];
            System.arraycopy(bytes, offset, header, 0, length);
        } else if (size + length > limit) {
            beginAgain();
        }
        out.write(bytes, offset, length);
        size += length;
    }

    private void beginAgain() throws IOException {
        out.close();
        Files.move(file, full, StandardCopyOption.REPLACE_EXISTING);
        out = open(file);
        out.write(header);
        size = header.length;
    }

    @Override
    public synchronized void flush() throws IOException {
        out.flush();
    }

    /** As {@link #flush}; what goes wrong is told to the writer, by his next write that the disk must take. */
    void flushQuietly() {
        try {
            flush();
        } catch (IOException e) {
            LOG.debug("{}: {}", file, e.toString());
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
