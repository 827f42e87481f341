package io.rtrs.soft.roce.driver;

import io.rtrs.soft.record.Recordings;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PcapLink;
import io.rtrs.soft.roce.link.PcapWriter;
import io.rtrs.verbs.VerbsException;

import java.util.IdentityHashMap;

/**
 * The links that are recorded, with the headers of all packets: for each opening of a local address a file.
 *
 * <p><b>Threading:</b> any. <b>Errors:</b> a folder that cannot be written to costs the opening of the address.
 */
final class RecordedLinks {
    /** System property: the folder to record to. */
    static final String PROPERTY = "io.rtrs.verbs.softroce.pcap";

    /** The longest management packet over IPv6 is kept whole. */
    private static final int SNAP_LENGTH = 328;

    private final Recordings recordings = new Recordings(PROPERTY, "rtrs-softroce-pcap");
    private final IdentityHashMap<Link, Recordings.Recording> going = new IdentityHashMap<>();

    /** The link that records this one, or just this one. */
    synchronized Link begin(Link link) throws VerbsException {
        Recordings.Recording recording = recordings.begin(link.local().toAddress(), SNAP_LENGTH);
        if (recording == null) {
            return link;
        }
        PcapLink recorded = new PcapLink(link, new PcapWriter(recording.file()), Recordings::epochNs);
        going.put(recorded, recording);
        return recorded;
    }

    /** Nothing passes the link any more. */
    synchronized void end(Link link) {
        Recordings.Recording ended = going.remove(link);
        if (ended != null) {
            ended.close();
        }
    }
}
