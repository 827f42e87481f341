package io.rtrs.soft.record;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Records what passes a provider's links, for Wireshark, if a system property names a folder: a file for each link. Of a
 * long recording the end is kept.
 *
 * <p>What is recorded is in the file a tenth of a second later, whether anything more happens or not: the recording of a
 * process that is killed lacks no more than that.
 *
 * <p><b>Threading:</b> any; a thread of its own flushes the files while there are some. <b>Errors:</b> a folder that cannot
 * be written to is one of {@link #begin}; a disk that is full later costs the rest of the recording, with a warning.
 */
public final class Recordings {
    /** A recording takes at most twice this. */
    private static final long FILE_BYTES = 16 << 20;

    private static final long FLUSH_MS = 100;
    private static final long NANOS = 1_000_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

    private final String property;
    private final String thread;
    private final Set<Recording> going = new LinkedHashSet<>();
    private boolean flushed;
    private int begun;

    /**
     * Recordings of a provider.
     *
     * @param property the system property that names the folder, read for each recording
     * @param thread name of the thread that flushes
     */
    public Recordings(String property, String thread) {
        this.property = property;
        this.thread = thread;
    }

    /** One file, which whoever passes packets writes to. <b>Threading:</b> that of {@link PcapFile}. */
    public final class Recording implements AutoCloseable {
        private final RollingFile path;
        private final PcapFile file;
        private volatile boolean told;

        private Recording(RollingFile path, PcapFile file) {
            this.path = path;
            this.file = file;
        }

        /** Where packets go. */
        public PcapFile file() {
            return file;
        }

        /** Nothing passes the link any more. */
        @Override
        public void close() {
            synchronized (Recordings.this) {
                going.remove(this);
            }
            file.close();
        }

        /** By the flushing thread alone. */
        private void flush() {
            path.flushQuietly();
            IOException failure = file.failure();
            if (failure != null && !told) {
                told = true;
                LOG.warn("the recording {} has ended: {}", path, failure.toString());
            }
        }
    }

    /**
     * Begins a recording, named after a local address; the caller closes it.
     *
     * @param snapLength bytes that are kept of a packet, counted from its IP header
     * @return null if the property is not set, or empty
     * @throws VerbsException EACCES: the file cannot be written there; the message names property and folder
     */
    public synchronized @Nullable Recording begin(InetAddress local, int snapLength) throws VerbsException {
        String folder = System.getProperty(property, "");
        if (folder.isEmpty()) {
            return null;
        }
        try {
            String address = local.getHostAddress().replaceAll("[^0-9a-f.]", "-");
            Path path = Files.createDirectories(Path.of(folder)).resolve(address + '-' + ++begun + ".pcap");
            RollingFile file = new RollingFile(path, FILE_BYTES);
            Recording recording = new Recording(file, new PcapFile(file, snapLength));
            going.add(recording);
            if (!flushed) {
                flushed = true;
                Thread.ofPlatform().daemon().name(thread).start(this::flush);
            }
            return recording;
        } catch (IOException | InvalidPathException e) {
            VerbsException failure = new VerbsException(
                    "property " + property + " asks for a recording in " + folder + ", which cannot be written there: "
                            + e,
                    Errno.EACCES);
            failure.initCause(e);
            throw failure;
        }
    }

    /** The time for a packet that passes now: nanoseconds since 1970. */
    public static long epochNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NANOS + now.getNano();
    }

    private void flush() {
        try {
            List<Recording> files = stillGoing();
            while (!files.isEmpty()) {
                files.forEach(Recording::flush);
                Thread.sleep(FLUSH_MS);
                files = stillGoing();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that
        }
    }

    /** What the flushing thread has to look after: if nothing, it ends. */
    private synchronized List<Recording> stillGoing() {
        flushed = !going.isEmpty();
        return List.copyOf(going);
    }
}
