package io.rtrs.server.request;

import java.io.IOException;

/** Something that was made and is to be closed; several are closed {@linkplain #each each}, whatever becomes of the others. */
@FunctionalInterface
interface Closing {
    void close() throws IOException;

    /**
     * Closes all. One that cannot be closed, as one that the handler still uses in a call, keeps no other.
     *
     * @throws IOException the first failure, the others suppressed in it
     */
    static void each(Iterable<? extends Closing> all) throws IOException {
        IOException failure = null;
        for (Closing one : all) {
            try {
                one.close();
            } catch (IOException | RuntimeException e) {
                if (failure == null) {
                    failure = new IOException(e.getMessage(), e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
