package io.rtrs.soft.roce.wire;

import io.rtrs.soft.roce.link.PcapReader;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The captures of real traffic in the test resources. */
public final class Captures {
    /** The files, without folder and ending. */
    public static final List<String> NAMES = List.of(
            "edge", "loss", "mra", "perftest", "reject", "rping_v4", "rping_v6", "rtrs_inv_n", "rtrs_inv_y", "verbs");

    private Captures() {}

    /** All packets of a file. */
    public static List<PcapReader.Packet> read(String name) {
        String resource = "/vectors/" + name + ".pcap";
        try (InputStream in = Objects.requireNonNull(Captures.class.getResourceAsStream(resource), resource)) {
            return PcapReader.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
