package io.rtrs.server.request;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.error.Errno;
import io.rtrs.core.memory.Slab;
import io.rtrs.core.wire.Descriptor;
import io.rtrs.core.wire.Protocol;
import io.rtrs.core.wire.RkeyRspView;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The registered memory of one path: its chunks, a window over each of them in mode Y, or a registration of each where the
 * device has no windows, and room for the messages that the
 * server sends; and what the handler wants its answers to be sent from.
 *
 * <p>Memory is per path, not per session as in the kernel: a request that failed over must not meet the work that still
 * goes on for its ghost (spec/rtrs.md K-S4).
 *
 * <p><b>Ownership:</b> the path's; closed when its queue pairs are drained and every operation is released, before the
 * protection domain goes.
 */
public final class ChunkMemory {
    private static final int INFO_BYTES_MIN = 512;

    /** What a path registers beside its chunks: its slabs, and some of the handler's memory. */
    private static final int REGIONS_BESIDE = 8;

    private final ExtendedVerbs verbs;
    private final ServerConfig config;
    private final Slab chunks;
    private final Slab info;
    private final Slab answers;
    private final Sources sources;
    private final MemoryWindow[] windows;

    /** In mode Y on a device without windows; then there are none of these. */
    private final @Nullable ChunkRegions regions;

    private final boolean revokesAtOnce;

    /** Cleared by the control thread while it makes the first keys, before any request can come. */
    private volatile boolean bindsInChain = true;

    private ChunkMemory(
            ExtendedVerbs verbs,
            DeviceAttr device,
            ServerConfig config,
            Slab chunks,
            Slab info,
            Slab answers,
            Sources sources,
            MemoryWindow[] windows,
            @Nullable ChunkRegions regions) {
        this.verbs = verbs;
        this.config = config;
        this.chunks = chunks;
        this.info = info;
        this.answers = answers;
        this.sources = sources;
        this.windows = windows;
        this.regions = regions;
        this.revokesAtOnce = device.windowsAtHand();
    }

    /**
     * Allocates and registers all of it.
     *
     * @param answerFrom the handler's memory that answers may be sent from, which is registered too
     * @throws IOException if a part cannot be had; nothing is left behind
     */
    public static ChunkMemory allocate(
            ExtendedVerbs verbs, IbvPd pd, DeviceAttr device, ServerConfig config, List<MemorySegment> answerFrom)
            throws IOException {
        ChunkAccess access = ChunkAccess.of(device, config);
        if (access == ChunkAccess.REGIONS && device.maxMr() < config.queueDepth() + REGIONS_BESIDE) {
            throw new VerbsException(
                    "device " + device.name() + " has neither memory windows of type 1 nor, with " + device.maxMr()
                            + " regions, enough of them for queueDepth " + config.queueDepth() + ": lower it;"
                            + " alwaysInvalidate(false) works without, and leaves chunks open to the client",
                    Errno.EOPNOTSUPP);
        }
        List<Slab> slabs = new ArrayList<>();
        List<MemoryWindow> windows = new ArrayList<>();
        List<Closing> undo = new ArrayList<>();
        try {
            long bytes = (long) config.queueDepth() * config.chunkSize();
            slabs.add(Slab.allocate(verbs, pd, bytes, access.flags()));
            int infoBytes = Math.max(INFO_BYTES_MIN, Protocol.infoRspSize(config.queueDepth()));
            slabs.add(Slab.allocate(verbs, pd, infoBytes, Slab.LOCAL));
            slabs.add(Slab.allocate(verbs, pd, (long) config.queueDepth() * RkeyRspView.SIZE, Slab.LOCAL));
            for (int i = 0; access == ChunkAccess.WINDOWS && i < config.queueDepth(); i++) {
                windows.add(verbs.allocMw(pd, MemoryWindow.TYPE_1));
            }
            Sources sources = Sources.register(verbs, pd, answerFrom);
            undo.add(sources::close);
            return new ChunkMemory(
                    verbs,
                    device,
                    config,
                    slabs.get(0),
                    slabs.get(1),
                    slabs.get(2),
                    sources,
                    windows.toArray(MemoryWindow[]::new),
                    access == ChunkAccess.REGIONS
                            ? new ChunkRegions(verbs, pd, slabs.get(0).segment(), config.chunkSize())
                            : null);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            windows.forEach(window -> undo.add(() -> verbs.deallocMw(window)));
            slabs.forEach(slab -> undo.add(slab::close));
            try {
                Closing.each(undo);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            if (e instanceof OutOfMemoryError) {
                throw new VerbsException("no native memory for the chunks of a path: " + e.getMessage(), Errno.ENOMEM);
            }
            throw e;
        }
    }

    /** What was asked for. */
    public ServerConfig config() {
        return config;
    }

    /** Receives INFO_REQ, and later holds INFO_RSP. */
    public Slab info() {
        return info;
    }

    MemoryRegion region() {
        return chunks.region();
    }

    /** Whether windows are taken back by {@link MemoryWindow#revoke}, not by a bind without a length. */
    boolean revokesAtOnce() {
        return revokesAtOnce;
    }

    /** Whether windows are bound by work requests; otherwise by calls. */
    boolean bindsInChain() {
        return bindsInChain;
    }

    /** The device refused a window of type 1 in a chain. */
    void bindByCall() {
        bindsInChain = false;
    }

    /**
     * Whether the client's keys are registrations, made at once and anew for each request, because the device has no
     * windows.
     */
    public boolean registersAnew() {
        return regions != null;
    }

    /** The key of a chunk in mode Y, given and taken through one connection. */
    ChunkKey key(Connection connection, int bufferId, PostSend chain) throws IOException {
        return regions == null ? new WindowKey(connection, this, bufferId, chain) : new RegionKey(regions, bufferId);
    }

    MemoryWindow window(int bufferId) {
        return windows[bufferId];
    }

    MemorySegment chunk(int bufferId) {
        return chunks.segment().asSlice((long) bufferId * config.chunkSize(), config.chunkSize());
    }

    long chunkAddress(int bufferId) {
        return chunks.address((long) bufferId * config.chunkSize());
    }

    int chunkLkey() {
        return chunks.lkey();
    }

    /** The handler's memory that answers may be sent from. */
    Sources sources() {
        return sources;
    }

    MemorySegment answers() {
        return answers.segment();
    }

    long answerAddress(int bufferId) {
        return answers.address((long) bufferId * RkeyRspView.SIZE);
    }

    int answerLkey() {
        return answers.lkey();
    }

    /** What INFO_RSP shows (spec/rtrs.md 5.7): in mode Y a descriptor and a key for each chunk, once keys are made. */
    public List<Descriptor> descriptors() {
        List<Descriptor> list = new ArrayList<>();
        if (config.alwaysInvalidate()) {
            for (int i = 0; i < config.queueDepth(); i++) {
                int rkey = regions == null ? windows[i].rkey() : regions.rkey(i);
                list.add(new Descriptor(chunkAddress(i), rkey, config.chunkSize()));
            }
            return list;
        }
        int perDescriptor = config.queueDepth() / config.descriptors();
        long bytes = (long) perDescriptor * config.chunkSize();
        for (int i = 0; i < config.descriptors(); i++) {
            list.add(new Descriptor(
                    chunkAddress(i * perDescriptor), chunks.region().getRkey(), bytes));
        }
        return list;
    }

    /** Frees the windows; before the queue pairs that bound them are destroyed. */
    public void freeWindows() throws IOException {
        List<Closing> steps = new ArrayList<>();
        for (MemoryWindow window : windows) {
            steps.add(() -> verbs.deallocMw(window));
        }
        Closing.each(steps);
    }

    /** Deregisters and frees the memory; after the queue pairs are destroyed. */
    public void free() throws IOException {
        // The sources first: they are not ours, and must not stay registered because of what is.
        List<Closing> steps = new ArrayList<>(List.of(sources::close));
        if (regions != null) {
            steps.add(regions::close);
        }
        steps.addAll(List.of(chunks::close, info::close, answers::close));
        Closing.each(steps);
    }

    static int windowAccess() {
        return IbvMr.IBV_ACCESS_REMOTE_WRITE;
    }
}
