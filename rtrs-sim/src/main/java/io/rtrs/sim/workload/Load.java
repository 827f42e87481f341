package io.rtrs.sim.workload;

import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.session.Session;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.RtrsException;
import io.rtrs.sim.checker.Disk;
import io.rtrs.sim.checker.KeyWatch;
import io.rtrs.sim.checker.Ledger;
import io.rtrs.sim.checker.Rule;
import io.rtrs.sim.checker.Verdict;
import io.rtrs.sim.process.SimProcess;
import io.rtrs.sim.world.Chance;
import io.rtrs.sim.world.World;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What a client does with its session: some users, each of which has a request under way, waits for its callback, looks at
 * what it got, and thinks before the next.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class Load {
    /** How busy it is. */
    public record Plan(int users, int requests, double writes, double ownMemory, double admin, long thinkMaxNs) {}

    private static final long RETRY_NS = 20_000_000;

    private final World world;
    private final Chance chance;
    private final Session session;
    private final Disk disk;
    private final Ledger ledger;
    private final Verdict verdict;
    private final @Nullable KeyWatch keys;
    private final Plan plan;
    private final SimProcess process;
    private final List<User> users = new ArrayList<>();
    private int left;
    private boolean stopped;
    private int active;

    /**
     * Begins to ask.
     *
     * @param keys tries the keys to buffers of reads that are over; null if they may be good
     */
    public Load(
            World world,
            Chance chance,
            Session session,
            Disk disk,
            Ledger ledger,
            Verdict verdict,
            @Nullable KeyWatch keys,
            Plan plan,
            SimProcess process) {
        this.world = world;
        this.chance = chance;
        this.session = session;
        this.disk = disk;
        this.ledger = ledger;
        this.verdict = verdict;
        this.keys = keys;
        this.plan = plan;
        this.process = process;
        this.left = plan.requests();
        for (int i = 0; i < plan.users(); i++) {
            try {
                User user = new User(session.allocate(disk.blockSize()));
                users.add(user);
                active++;
                user.think();
            } catch (RtrsException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** No request begins any more. */
    public void stop() {
        stopped = true;
    }

    /** Whether all requests are over, and none begins. */
    public boolean isOver() {
        return active == 0;
    }

    /** The process is gone. */
    public void abandon() {
        stopped = true;
        users.forEach(User::abandon);
    }

    /** One that asks. */
    private final class User {
        private final RegisteredMemory buffer;
        private @Nullable RegisteredMemory own;
        private Ledger.@Nullable Io io;

        User(RegisteredMemory buffer) {
            this.buffer = buffer;
            Content.rest(buffer.segment(), disk.blockSize());
        }

        void think() {
            process.after(chance.spread(1_000, plan.thinkMaxNs()), "user", this::ask);
        }

        void abandon() {
            Ledger.Io under = io;
            if (under != null) {
                under.abandon();
            }
        }

        void ask() {
            if (process.isKilled() || stopped || left == 0) {
                active--;
                return;
            }
            int block = chance.nextInt(disk.blocks());
            ConnectionType type = chance.hits(plan.admin()) ? ConnectionType.ADMIN : ConnectionType.IO;
            Permit permit = ledger.isBusy(block) ? null : session.tryGetPermit(type);
            if (permit == null) {
                think();
                return;
            }
            try {
                ask(block, permit);
            } catch (RtrsException e) {
                throw new IllegalStateException(e);
            }
        }

        private void ask(int block, Permit permit) throws RtrsException {
            RegisteredMemory memory = buffer;
            if (chance.hits(plan.ownMemory())) {
                memory = session.allocate(disk.blockSize());
                own = memory;
                Content.rest(memory.segment(), disk.blockSize());
            }
            if (!Content.rests(memory.segment(), disk.blockSize())) {
                verdict.broken(Rule.BUFFER_AT_REST, "a buffer was written to that nothing was asked with");
            }
            Ledger.Io asked = ledger.begin(block, chance.hits(plan.writes()));
            io = asked;
            if (asked.isWrite()) {
                Content.fill(memory.segment(), disk.blockSize(), block, asked.version());
            }
            Status result = session.request(
                    asked.isWrite() ? Direction.WRITE : Direction.READ,
                    permit,
                    (held, status) -> calledBack(asked, held, status),
                    Header.of(asked.id(), block, asked.version()),
                    memory,
                    0,
                    disk.blockSize());
            world.trace().note(5, world.nowNs(), asked.id(), result.errno());
            if (world.trace().isRead()) {
                world.trace().line(world.nowNs(), "ask " + asked + " permit " + permit.id() + ": " + result);
            }
            if (!result.isOk()) {
                asked.withdraw();
                io = null;
                session.putPermit(permit);
                giveBack();
                process.after(chance.between(1, RETRY_NS), "user", this::ask);
            } else {
                left--;
            }
        }

        private void calledBack(Ledger.Io asked, Permit permit, Status status) {
            world.trace().note(6, world.nowNs(), asked.id(), status.errno());
            world.trace().line(world.nowNs(), "called back " + asked + ": " + status);
            if (process.isKilled()) {
                session.putPermit(permit);
                active--;
                return;
            }
            if (!ledger.calledBack(asked, -status.errno())) {
                return;
            }
            RegisteredMemory memory = own != null ? own : buffer;
            if (status.isOk()) {
                if (asked.isWrite()) {
                    checkUntouched(asked, memory);
                } else {
                    ledger.read(
                            asked, version -> Content.is(memory.segment(), disk.blockSize(), asked.block(), version));
                }
            }
            if (keys != null && !asked.isWrite()) {
                keys.tryAll(process.provider(), memory.segment(), "the buffer of " + asked);
            }
            io = null;
            giveBack();
            session.putPermit(permit);
            think();
        }

        private void checkUntouched(Ledger.Io asked, RegisteredMemory memory) {
            if (!Content.is(memory.segment(), disk.blockSize(), asked.block(), asked.version())) {
                verdict.broken(Rule.BUFFER_AT_REST, "the buffer of " + asked + " was written to");
            }
        }

        /** The buffer is the user's again, who does with it what he likes: frees it, or writes to it. */
        private void giveBack() {
            RegisteredMemory used = own;
            own = null;
            if (used == null) {
                Content.rest(buffer.segment(), disk.blockSize());
                return;
            }
            try {
                used.close();
            } catch (RtrsException e) {
                verdict.broken(Rule.BUFFER_AT_REST, "memory that was given back cannot be freed: " + e.getMessage());
            }
        }
    }
}
