package io.rtrs.soft.roce.driver;

import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PcapLink;
import io.rtrs.soft.roce.link.PcapWriter;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Records what passes a provider's links, for Wireshark, if a system property names a folder: for each opening of a local
 * address a file, with the headers of all packets. Of a long recording the end is kept.
 *
 * <p>What is recorded is in the file a tenth of a second later, whether anything more happens or not: the recording of a
 * process that is killed lacks no more than that.
 *
 * <p><b>Threading:</b> any; a thread of its own flushes the files while there are some. <b>Errors:</b> a folder that cannot
 * be written to costs the opening of the address; a disk that is full later, the rest of the recording, with a warning.
 */
final class Recordings {
    /** System property: the folder to record to. */
    static final String PROPERTY = "io.rtrs.verbs.softroce.pcap";

    /** The longest management packet over IPv6 is kept whole. */
    private static final int SNAP_LENGTH = 328;

    /** A recording takes at most twice this. */
    private static final long FILE_BYTES = 16 << 20;

    private static final long FLUSH_MS = 100;
    private static final long NANOS = 1_000_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

    private record Recording(PcapWriter writer, RollingFile file, AtomicBoolean told) {}

    private final IdentityHashMap<Link, Recording> going = new IdentityHashMap<>();
    private boolean flushed;
    private int begun;

    /** The link that records this one, or just this one. */
    synchronized Link begin(Link link) throws VerbsException {
        String folder = System.getProperty(PROPERTY, "");
        if (folder.isEmpty()) {
            return link;
        }
        try {
            String address = link.local().toAddress().getHostAddress().replaceAll("[^0-9a-f.]", "-");
            Path path = Files.createDirectories(Path.of(folder)).resolve(address + '-' + ++begun + ".pcap");
            RollingFile file = new RollingFile(path, FILE_BYTES);
            PcapWriter writer = new PcapWriter(file, SNAP_LENGTH);
            PcapLink recorded = new PcapLink(link, writer, Recordings::epochNs);
            going.put(recorded, new Recording(writer, file, new AtomicBoolean()));
            if (!flushed) {
                flushed = true;
                Thread.ofPlatform().daemon().name("rtrs-softroce-pcap").start(this::flush);
            }
            return recorded;
        } catch (IOException | InvalidPathException e) {
            VerbsException failure = new VerbsException(
                    "property " + PROPERTY + " asks for a recording in " + folder + ", which cannot be written there: "
                            + e,
                    Errno.EACCES);
            failure.initCause(e);
            throw failure;
        }
    }

    private static long epochNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NANOS + now.getNano();
    }

    /** Nothing passes the link any more. */
    synchronized void end(Link link) {
        Recording ended = going.remove(link);
        if (ended != null) {
            ended.writer.close();
        }
    }

    private void flush() {
        try {
            List<Recording> files = stillGoing();
            while (!files.isEmpty()) {
                for (Recording recording : files) {
                    recording.file.flushQuietly();
                    tell(recording);
                }
                Thread.sleep(FLUSH_MS);
                files = stillGoing();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that
        }
    }

    private static void tell(Recording recording) {
        IOException failure = recording.writer.failure();
        if (failure != null && recording.told.compareAndSet(false, true)) {
            LOG.warn("the recording {} has ended: {}", recording.file, failure.toString());
        }
    }

    /** What the flushing thread has to look after: if nothing, it ends. */
    private synchronized List<Recording> stillGoing() {
        flushed = !going.isEmpty();
        return List.copyOf(going.values());
    }
}
