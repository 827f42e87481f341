package io.rtrs.cli.doctor;

import io.rtrs.cli.block.BlockHeader;
import io.rtrs.cli.block.RemoteBlocks;
import io.rtrs.cli.report.Counted;
import io.rtrs.cli.text.Addresses;
import io.rtrs.cli.text.Sizes;
import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.RdmaAddress;
import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The way to a server, step by step; it ends at the first step that fails. The connection and what follows is the client's
 * own doing.
 */
public final class Way {
    private static final int ROUND_TRIPS = 50;
    private static final int ROUND_TRIP_BYTES = 512;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Chooses the provider for a path, as {@code rtrs io} does. */
    @FunctionalInterface
    public interface Chooser {
        /** The provider. */
        VerbsProvider reaching(PathAddress path) throws IOException;
    }

    private final List<Finding> findings = new ArrayList<>();
    private final PathAddress path;
    private final int port;

    private Way(PathAddress path, int port) {
        this.path = path;
        this.port = port;
    }

    /**
     * Goes the way.
     *
     * @return what each step found; if one failed, its finding is the last one and a {@link Finding.Level#LACK}
     */
    public static List<Finding> of(PathAddress path, int port, Chooser providers) {
        Way way = new Way(path, port);
        way.go(providers);
        return List.copyOf(way.findings);
    }

    private void go(Chooser providers) {
        if (path.destination() instanceof RdmaAddress.Ip destination) {
            InetSocketAddress to = add(WayChecks.address(destination, port), findings);
            if (to == null) {
                return;
            }
            WayChecks.Leaving leaving = add(WayChecks.route(to.getAddress(), path.source()), findings);
            if (leaving == null) {
                return;
            }
            findings.add(WayChecks.pathMtu(leaving, to.getAddress()));
            if (!fine()) {
                return;
            }
            findings.add(WayChecks.udp(to.getAddress()));
        } else {
            findings.add(Finding.ok("address", path.destination() + ", a GID: its route is the RDMA device's affair"));
        }
        if (fine()) {
            connect(providers);
        }
    }

    private boolean fine() {
        return findings.getLast().level() != Finding.Level.LACK;
    }

    /** Notes the finding of a step, and gives its result. */
    private static <T> @Nullable T add(WayChecks.Step<T> step, List<Finding> to) {
        to.add(step.finding());
        return step.result();
    }

    private void connect(Chooser providers) {
        VerbsProvider provider;
        try {
            provider = providers.reaching(path);
        } catch (IOException e) {
            findings.add(
                    Finding.lack("provider", String.valueOf(e.getMessage()), "see \"rtrs doctor\" without --connect"));
            return;
        }
        findings.add(Finding.ok("provider", provider.name()));
        CounterSnapshot before = provider.counters();
        long start = System.nanoTime();
        try (ClientSession session = RtrsClient.builder()
                .provider(provider)
                .sessionName("rtrs-doctor-"
                        + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()))
                .path(path.toString())
                .port(port)
                .ioConnections(1)
                .connectTimeout(PATIENCE)
                .open()) {
            findings.add(Finding.ok("connect", "port " + port + " accepted after " + ms(System.nanoTime() - start)));
            findings.add(Finding.ok(
                    "handshake",
                    "queue depth " + session.queueDepth() + ", IO up to " + Sizes.exact(session.maxIoSize())));
            talk(session);
            findings.add(counted(provider.counters().since(before)));
        } catch (RtrsException e) {
            findings.add(Finding.lack(
                    fine() && findings.getLast().subject().equals("provider") ? "connect" : "session",
                    e.getMessage() + ", after " + ms(System.nanoTime() - start),
                    remedy(e.errno())));
        }
    }

    /** Where the UDP port refuses already, RTRS's port is not the cause. */
    private String remedy(int errno) {
        return findings.stream()
                .filter(finding ->
                        errno == Errno.ECONNREFUSED && finding.subject().equals(WayChecks.UDP))
                .map(Finding::remedy)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(() -> WayChecks.remedy(errno, port));
    }

    private void talk(ClientSession session) throws RtrsException {
        long blocks;
        try {
            blocks = RemoteBlocks.size(session);
        } catch (RtrsException e) {
            if (e.errno() != Errno.EPROTO && e.errno() != Errno.EIO) {
                throw e;
            }
            findings.add(Finding.note(
                    "round trip",
                    "not measured: " + e.getMessage(),
                    "nothing is wrong with the way; only a server that \"rtrs serve\" runs can be asked for blocks"));
            return;
        }
        findings.add(Finding.ok("blocks", Sizes.rounded(blocks) + " of memory"));
        int bytes = (int) Math.min(ROUND_TRIP_BYTES, blocks);
        long[] ns = new long[ROUND_TRIPS];
        try (Arena arena = Arena.ofConfined();
                RegisteredMemory memory = session.allocate(bytes)) {
            MemorySegment header = arena.allocate(BlockHeader.BYTES, 8);
            BlockHeader.encode(header, BlockHeader.READ, 0, bytes);
            for (int i = 0; i < ROUND_TRIPS; i++) {
                long begun = System.nanoTime();
                session.read(header, memory, 0, bytes);
                ns[i] = System.nanoTime() - begun;
            }
        }
        Arrays.sort(ns);
        findings.add(Finding.ok(
                "round trip",
                ROUND_TRIPS + " reads of " + bytes + " bytes, one after the other: at best " + us(ns[0]) + ", median "
                        + us(ns[ROUND_TRIPS / 2])));
    }

    /** What explains slow round trips. */
    static Finding counted(CounterSnapshot meanwhile) {
        String subject = "counted";
        return Counted.causes(meanwhile)
                .map(causes -> Finding.note(subject, causes, "rtrs io --verbose prints all that is counted under load"))
                .orElseGet(() -> Finding.ok(subject, "nothing was sent again, nothing was lost here"));
    }

    private static String us(long ns) {
        return String.format(Locale.ROOT, "%.0f us", ns / 1e3);
    }

    private static String ms(long ns) {
        return String.format(Locale.ROOT, "%.0f ms", ns / 1e6);
    }

    /** The way in words. */
    static String text(PathAddress path, int port) {
        return path + " port " + port;
    }

    /** A verdict on findings of {@link #of}. */
    public static String verdict(PathAddress path, int port, List<Finding> findings) {
        Finding last = findings.getLast();
        return last.level() == Finding.Level.LACK
                ? "the way to " + text(path, port) + " ends at: " + last.subject()
                : "the way to " + text(path, port) + " works";
    }

    /** An address without a port, for findings. */
    static String text(InetSocketAddress address) {
        return Addresses.text(address.getAddress());
    }
}
