package io.rtrs.cli;

import org.jspecify.annotations.Nullable;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/**
 * Standard output, which keeps why it could not be written.
 *
 * <p><b>Threading:</b> any thread.
 */
final class StandardOutput extends PrintWriter {
    private final Sink sink;

    private StandardOutput(Sink sink, Charset charset) {
        super(sink, true, charset);
        this.sink = sink;
    }

    /** That of this process. */
    static StandardOutput ofProcess() {
        return over(new FileOutputStream(FileDescriptor.out), System.out.charset());
    }

    static StandardOutput over(OutputStream stream, Charset charset) {
        return new StandardOutput(new Sink(stream), charset);
    }

    /**
     * Sends what was printed.
     *
     * @throws OutputFailure if it, or something before it, could not be written
     */
    static void check(PrintWriter writer) {
        if (writer.checkError()) {
            IOException cause = writer instanceof StandardOutput output ? output.sink.failure : null;
            throw new OutputFailure(cause == null ? "it does not say why" : String.valueOf(cause.getMessage()));
        }
    }

    /** Standard output cannot be written. */
    static final class OutputFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        OutputFailure(String why) {
            super("standard output cannot be written: " + why);
        }

        /** Whether nobody reads it any more, as with {@code | head -1}: no error of ours. */
        boolean isClosedPipe() {
            String message = getMessage();
            return message != null && message.contains("Broken pipe");
        }
    }

    /** Keeps the first failure. */
    private static final class Sink extends OutputStream {
        private final OutputStream stream;
        private volatile @Nullable IOException failure;

        Sink(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                stream.write(bytes, from, length);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }
}
