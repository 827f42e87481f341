package io.rtrs.sim.workload;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.ServerOperation;
import io.rtrs.sim.checker.Disk;
import io.rtrs.sim.checker.HandlerWatch;
import io.rtrs.sim.checker.KeyWatch;
import io.rtrs.sim.checker.Ledger;
import io.rtrs.sim.checker.Rule;
import io.rtrs.sim.checker.Verdict;
import io.rtrs.sim.process.SimProcess;
import io.rtrs.sim.world.Chance;
import io.rtrs.sim.world.World;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.UUID;

/**
 * The handler of a server process: it reads and writes a {@link Disk}, at once or after a while, and checks what it is given.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class DiskHandler implements RequestHandler {
    /**
     * How slow it is.
     *
     * @param slow how likely it answers late
     * @param slowLeastNs by so much at the least
     * @param slowMaxNs and so much at the most
     * @param fails how likely it fails a request, and does nothing
     */
    public record Plan(double slow, long slowLeastNs, long slowMaxNs, double fails) {}

    private final World world;
    private final Chance chance;
    private final Disk disk;
    private final Ledger ledger;
    private final HandlerWatch watch;
    private final Verdict verdict;
    private final @Nullable KeyWatch keys;
    private @Nullable SimProcess process;
    private Plan plan;
    private long slowed;

    /**
     * The handler of one process.
     *
     * @param keys tries the keys to chunks that are with the handler; null if they may be good
     */
    public DiskHandler(
            World world, Chance chance, Disk disk, Ledger ledger, Verdict verdict, @Nullable KeyWatch keys, Plan plan) {
        this.keys = keys;
        this.world = world;
        this.chance = chance;
        this.disk = disk;
        this.ledger = ledger;
        this.verdict = verdict;
        this.watch = new HandlerWatch(verdict);
        this.plan = plan;
    }

    /** The process that it serves, before anything is handed over. */
    public void attach(SimProcess server) {
        process = server;
    }

    private SimProcess server() {
        return Objects.requireNonNull(process);
    }

    /** From now on. */
    public void plan(Plan now) {
        plan = now;
    }

    /** Operations that were answered late. */
    public long slowed() {
        return slowed;
    }

    @Override
    public void onRequest(ServerOperation operation, long handle) {
        if (server().isKilled()) {
            operation.respond(handle, Status.IO_ERROR);
            return;
        }
        MemorySegment chunk = operation.chunk();
        long at = operation.userHeaderOffset();
        if (!Header.isOne(chunk, at, operation.userHeaderLength())) {
            verdict.broken(Rule.INTACT_REQUEST, "buffer " + operation.bufferId() + " has no header");
            operation.respond(handle, Status.IO_ERROR);
            return;
        }
        long io = Header.io(chunk, at);
        int block = Header.block(chunk, at);
        long version = Header.version(chunk, at);
        boolean write = operation.direction() == Direction.WRITE;
        UUID session = operation.session().uuid();
        watch.handedOver(session, operation.bufferId(), chunk, io);
        world.trace().note(4, world.nowNs(), io, version);
        if (world.trace().isRead()) {
            world.trace()
                    .line(
                            world.nowNs(),
                            "handler gets IO " + io + (write ? " write " : " read ") + block + " v" + version
                                    + " buffer " + operation.bufferId());
        }
        if (write) {
            ledger.handedOver(io);
        }
        if (write && !Content.is(chunk, disk.blockSize(), block, version)) {
            verdict.broken(
                    Rule.INTACT_REQUEST,
                    "IO " + io + " brings other data than version " + version + " of block " + block);
        }
        if (keys != null) {
            keys.tryAll(server().provider(), chunk, "the chunk of IO " + io);
        }
        Pending pending = new Pending(operation, handle, chunk, session, io, block, version, write);
        if (chance.hits(plan.slow())) {
            slowed++;
            long answerNs = chance.nextBoolean()
                    ? chance.between(plan.slowLeastNs(), plan.slowMaxNs())
                    : chance.spread(plan.slowLeastNs(), plan.slowMaxNs());
            long applyNs = chance.between(0, answerNs);
            server().after(applyNs, "apply", pending::apply);
            server().after(answerNs, "answer", pending::answer);
        } else {
            pending.apply();
            pending.answer();
        }
    }

    /** An operation that the handler has. */
    private final class Pending {
        private final ServerOperation operation;
        private final long handle;
        private final MemorySegment chunk;
        private final UUID session;
        private final int bufferId;
        private final long io;
        private final int block;
        private final long version;
        private final boolean write;
        private final boolean fails;

        Pending(
                ServerOperation operation,
                long handle,
                MemorySegment chunk,
                UUID session,
                long io,
                int block,
                long version,
                boolean write) {
            this.operation = operation;
            this.handle = handle;
            this.chunk = chunk;
            this.session = session;
            this.bufferId = operation.bufferId();
            this.io = io;
            this.block = block;
            this.version = version;
            this.write = write;
            this.fails = chance.hits(plan.fails());
        }

        void apply() {
            if (server().isKilled() || fails) {
                return;
            }
            if (!write) {
                Content.fill(chunk, disk.blockSize(), block, disk.version(block));
                return;
            }
            if (!Content.is(chunk, disk.blockSize(), block, version)) {
                verdict.broken(Rule.CHUNK_AT_REST, "the data of IO " + io + " changed while the handler had it");
            }
            ledger.applying(block, version);
            disk.write(block, version);
            world.trace().line(world.nowNs(), "disk: block " + block + " is v" + version);
        }

        void answer() {
            if (!server().isKilled()) {
                watch.answering(session, bufferId);
            }
            operation.respond(handle, fails || server().isKilled() ? Status.IO_ERROR : Status.OK);
        }
    }
}
