package io.rtrs.verbs.softroce.driver;

import io.rtrs.verbs.softroce.driver.udp.UdpLink;
import io.rtrs.verbs.softroce.link.Link;
import io.rtrs.verbs.softroce.link.PcapLink;
import io.rtrs.verbs.softroce.link.PcapWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.IdentityHashMap;

/**
 * Records what passes a provider's links, for Wireshark, if a system property names a folder: for each opening of a local
 * address a file, with the headers of all packets. Of a long recording the end is kept.
 *
 * <p><b>Threading:</b> the registry's monitor. <b>Errors:</b> a folder that cannot be written to costs a warning.
 */
final class Recordings {
    /** System property: the folder to record to. */
    static final String PROPERTY = "io.rtrs.verbs.softroce.pcap";

    /** The longest management packet over IPv6 is kept whole. */
    private static final int SNAP_LENGTH = 328;

    /** A recording takes at most twice this. */
    private static final long FILE_BYTES = 16 << 20;

    private static final long NANOS = 1_000_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

    private final IdentityHashMap<Link, PcapWriter> files = new IdentityHashMap<>();
    private int begun;

    /** The link that records this one, or just this one. */
    Link begin(UdpLink link) {
        String folder = System.getProperty(PROPERTY, "");
        if (folder.isEmpty()) {
            return link;
        }
        try {
            String address = link.local().toAddress().getHostAddress().replaceAll("[^0-9a-f.]", "-");
            Path file = Files.createDirectories(Path.of(folder)).resolve(address + '-' + ++begun + ".pcap");
            PcapWriter writer = new PcapWriter(new RollingFile(file, FILE_BYTES), SNAP_LENGTH);
            PcapLink recorded = new PcapLink(link, writer, Recordings::epochNs);
            files.put(recorded, writer);
            return recorded;
        } catch (IOException e) {
            LOG.warn("{} is not recorded: {}", link, e.toString());
            return link;
        }
    }

    private static long epochNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NANOS + now.getNano();
    }

    /** Nothing passes the link any more. */
    void end(Link link) {
        PcapWriter writer = files.remove(link);
        if (writer != null) {
            writer.close();
        }
    }
}
