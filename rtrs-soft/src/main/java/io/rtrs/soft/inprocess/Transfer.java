package io.rtrs.soft.inprocess;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.memory.Keyed;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.work.ReceiveArray;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Executes work requests between the two queue pairs of a connection, under its link's monitor.
 *
 * <p><b>Allocation:</b> none, but where a send has to wait for a time.
 */
final class Transfer {
    /** What eight attempts of a sender whose peer does not answer take here; an adapter takes about 17 s. */
    private static final long RETRY_MS = 2_000;

    /** Time between two attempts where the receiver has no buffer (spec/rtrs.md 4.4). */
    private static final long RNR_MS = 655;

    private Transfer() {}

    /** Executes one work request; false if it must wait. On failure the queue pairs are in the error state. */
    static boolean execute(Qp qp, SendArray a, int wr, long seq) {
        switch (a.opcode[wr]) {
            case WrOpcode.BIND_MW -> {
                bind(qp, a, wr, seq);
                return true;
            }
            case WrOpcode.LOCAL_INV -> {
                boolean done = qp.domain.keys.find(a.rkey[wr]) instanceof Window w && w.invalidate(qp, a.rkey[wr]);
                finish(qp, a, wr, seq, done ? Status.SUCCESS : Status.LOC_QP_OP_ERR, WrOpcode.WC_LOCAL_INV);
                return true;
            }
            default -> {
                // All others need the peer.
            }
        }
        if (qp.link.cut) {
            return false;
        }
        Qp peer = qp.peer;
        if (peer == null || !peer.isReady()) {
            return qp.expire(seq, Status.RETRY_EXC_ERR, RETRY_MS);
        }
        int opcode = a.opcode[wr];
        boolean takesReceive = opcode == WrOpcode.SEND
                || opcode == WrOpcode.SEND_WITH_IMM
                || opcode == WrOpcode.SEND_WITH_INV
                || opcode == WrOpcode.RDMA_WRITE_WITH_IMM;
        if (takesReceive && peer.peekReceive() < 0) {
            return noReceive(qp, a, wr, seq);
        }
        boolean writesLocal = opcode == WrOpcode.RDMA_READ
                || opcode == WrOpcode.ATOMIC_CMP_AND_SWP
                || opcode == WrOpcode.ATOMIC_FETCH_AND_ADD;
        if (!Qp.isInline(a, wr) && !readable(qp, a, wr, writesLocal)) {
            qp.failSend(a, wr, seq, Status.LOC_PROT_ERR);
            return true;
        }
        switch (opcode) {
            case WrOpcode.SEND, WrOpcode.SEND_WITH_IMM, WrOpcode.SEND_WITH_INV -> send(qp, peer, a, wr, seq);
            case WrOpcode.RDMA_WRITE, WrOpcode.RDMA_WRITE_WITH_IMM -> write(qp, peer, a, wr, seq);
            case WrOpcode.RDMA_READ -> read(qp, peer, a, wr, seq);
            default -> AtomicTransfer.execute(qp, peer, a, wr, seq);
        }
        return true;
    }

    private static boolean noReceive(Qp qp, SendArray a, int wr, long seq) {
        if (qp.rnrRetry == Qp.NO_LIMIT) {
            return false;
        }
        if (qp.expire(seq, Status.RNR_RETRY_EXC_ERR, qp.rnrRetry * RNR_MS)) {
            qp.failSend(a, wr, seq, Status.RNR_RETRY_EXC_ERR);
            return true;
        }
        return false;
    }

    private static void bind(Qp qp, SendArray a, int wr, long seq) {
        Window window = a.window[wr];
        boolean done = window != null
                && window.bind(qp, qp.domain, a.rkey[wr], a.region[wr], a.remote[wr], a.operand[wr], a.access[wr]);
        finish(qp, a, wr, seq, done ? Status.SUCCESS : Status.MW_BIND_ERR, WrOpcode.WC_BIND_MW);
    }

    static void finish(Qp qp, SendArray a, int wr, long seq, int status, int wcOpcode) {
        if (status == Status.SUCCESS) {
            qp.completeSend(a, wr, seq, status, wcOpcode, false);
        } else {
            qp.failSend(a, wr, seq, status);
        }
    }

    /** Whether the local SGEs name memory that may be read (or written, where the result comes back). */
    private static boolean readable(Qp qp, ReceiveArray a, int wr, boolean write) {
        int access = write ? IbvMr.IBV_ACCESS_LOCAL_WRITE : 0;
        for (int i = 0; i < a.numSge[wr]; i++) {
            long length = a.length(wr, i);
            if (length != 0) {
                Region region = qp.domain.keys.region(a.key(wr, i));
                if (region == null || !region.permits(qp.domain, a.address(wr, i), length, access)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void send(Qp qp, Qp peer, SendArray a, int wr, long seq) {
        long total = a.total(wr);
        int slot = peer.peekReceive();
        boolean solicited = (a.flags[wr] & IbvSendWR.IBV_SEND_SOLICITED) != 0;
        if (total > peer.receives.total(slot)) {
            failBoth(qp, peer, a, wr, seq, Status.LOC_LEN_ERR, Status.REM_INV_REQ_ERR);
            return;
        }
        if (!scatter(qp, peer, a, wr, total)) {
            if (failOwn(qp, a, wr, seq)) {
                return;
            }
            failBoth(qp, peer, a, wr, seq, Status.LOC_PROT_ERR, Status.REM_OP_ERR);
            return;
        }
        int opcode = a.opcode[wr];
        int flags = 0;
        int imm = 0;
        if (opcode == WrOpcode.SEND_WITH_IMM) {
            flags = WrOpcode.WC_WITH_IMM;
            imm = a.rawImm[wr];
        } else if (opcode == WrOpcode.SEND_WITH_INV) {
            int rkey = a.rkey[wr];
            if (!(peer.domain.keys.find(rkey) instanceof Window window && window.invalidate(peer, rkey))) {
                failBoth(qp, peer, a, wr, seq, Status.REM_INV_REQ_ERR, Status.REM_INV_REQ_ERR);
                return;
            }
            flags = WrOpcode.WC_WITH_INV;
            imm = rkey;
        }
        peer.completeReceive(Status.SUCCESS, WrOpcode.WC_RECV, (int) total, imm, flags, solicited);
        finish(qp, a, wr, seq, Status.SUCCESS, WrOpcode.WC_SEND);
    }

    /** Fails the send alone if it was its own memory that is there no more. */
    static boolean failOwn(Qp qp, SendArray a, int wr, long seq) {
        boolean there = true;
        for (int i = 0; i < a.numSge[wr] && there && !Qp.isInline(a, wr); i++) {
            Region region = qp.domain.keys.region(a.key(wr, i));
            there = a.length(wr, i) == 0 || (region != null && region.isThere(a.address(wr, i), a.length(wr, i)));
        }
        if (!there) {
            qp.failSend(a, wr, seq, Status.LOC_PROT_ERR);
        }
        return !there;
    }

    /** Both ends notice: the receive fails with one status, the send with another. */
    private static void failBoth(Qp qp, Qp peer, SendArray a, int wr, long seq, int receiver, int sender) {
        peer.completeReceive(receiver, 0, 0, 0, 0, true);
        peer.toError();
        qp.failSend(a, wr, seq, sender);
    }

    /** Copies a send's bytes into the peer's oldest receive, as many of its SGEs as they need; false on a bad key. */
    private static boolean scatter(Qp qp, Qp peer, SendArray a, int wr, long total) {
        ReceiveArray to = peer.receives;
        int slot = peer.peekReceive();
        int sge = 0;
        long used = 0;
        long left = total;
        for (int i = 0; left > 0; i++) {
            long length = a.length(wr, i);
            left -= length;
            for (long done = 0; done < length; ) {
                while (used == to.length(slot, sge)) {
                    sge++;
                    used = 0;
                }
                long part = Math.min(length - done, to.length(slot, sge) - used);
                Region into = peer.domain.keys.region(to.key(slot, sge));
                long target = to.address(slot, sge) + used;
                if (into == null
                        || !into.permits(peer.domain, target, part, IbvMr.IBV_ACCESS_LOCAL_WRITE)
                        || !copyOut(qp, a, wr, i, done, into, target, part)) {
                    return false;
                }
                done += part;
                used += part;
            }
        }
        return true;
    }

    /** Copies part of a local SGE (or of inline data) to a region. */
    private static boolean copyOut(
            Qp qp, SendArray a, int wr, int sge, long offset, Region into, long target, long length) {
        long from = a.address(wr, sge) + offset;
        if (Qp.isInline(a, wr)) {
            return Memory.copyFrom(from, into.memory, target - into.base, length);
        }
        Region source = qp.domain.keys.region(a.key(wr, sge));
        return source != null && copy(source, from, into, target, length);
    }

    private static void write(Qp qp, Qp peer, SendArray a, int wr, long seq) {
        long total = a.total(wr);
        boolean withImm = a.opcode[wr] == WrOpcode.RDMA_WRITE_WITH_IMM;
        // A write without data touches no memory: its key is not looked at (spec/rtrs.md 17.3, 4).
        if (total != 0 && !writeRemote(qp, peer, a, wr, total)) {
            if (failOwn(qp, a, wr, seq)) {
                return;
            }
            failRemote(qp, peer, a, wr, seq, withImm);
            return;
        }
        if (withImm) {
            boolean solicited = (a.flags[wr] & IbvSendWR.IBV_SEND_SOLICITED) != 0;
            peer.completeReceive(
                    Status.SUCCESS,
                    WrOpcode.WC_RECV_RDMA_WITH_IMM,
                    (int) total,
                    a.rawImm[wr],
                    WrOpcode.WC_WITH_IMM,
                    solicited);
        }
        finish(qp, a, wr, seq, Status.SUCCESS, WrOpcode.WC_RDMA_WRITE);
    }

    /** The peer refused the key: its queue pair goes to the error state too. */
    static void failRemote(Qp qp, Qp peer, SendArray a, int wr, long seq, boolean withReceive) {
        if (withReceive) {
            peer.completeReceive(Status.LOC_ACCESS_ERR, 0, 0, 0, 0, true);
        }
        peer.toError();
        qp.failSend(a, wr, seq, Status.REM_ACCESS_ERR);
    }

    private static boolean writeRemote(Qp qp, Qp peer, SendArray a, int wr, long total) {
        Keyed keyed = peer.domain.keys.find(a.rkey[wr]);
        if (keyed instanceof Window window) {
            synchronized (window) {
                Region region =
                        window.open(peer, peer.domain, a.rkey[wr], a.remote[wr], total, IbvMr.IBV_ACCESS_REMOTE_WRITE);
                return region != null && gather(qp, a, wr, region);
            }
        }
        Region region = remoteRegion(keyed, peer, a, wr, total, IbvMr.IBV_ACCESS_REMOTE_WRITE);
        return region != null && gather(qp, a, wr, region);
    }

    static @Nullable Region remoteRegion(@Nullable Keyed keyed, Qp peer, SendArray a, int wr, long length, int access) {
        return keyed instanceof Region region
                        && region.fixedKey == a.rkey[wr]
                        && region.permits(peer.domain, a.remote[wr], length, access)
                ? region
                : null;
    }

    private static boolean gather(Qp qp, SendArray a, int wr, Region into) {
        long target = a.remote[wr];
        for (int i = 0; i < a.numSge[wr]; i++) {
            long length = a.length(wr, i);
            if (length != 0 && !copyOut(qp, a, wr, i, 0, into, target, length)) {
                return false;
            }
            target += length;
        }
        return true;
    }

    private static void read(Qp qp, Qp peer, SendArray a, int wr, long seq) {
        if (!qp.mayRead || !peer.remoteReads) {
            peer.toError();
            qp.failSend(a, wr, seq, Status.REM_INV_REQ_ERR);
            return;
        }
        long total = a.total(wr);
        if (total != 0 && !readRemote(qp, peer, a, wr, total)) {
            if (failOwn(qp, a, wr, seq)) {
                return;
            }
            failRemote(qp, peer, a, wr, seq, false);
            return;
        }
        finish(qp, a, wr, seq, Status.SUCCESS, WrOpcode.WC_RDMA_READ);
    }

    private static boolean readRemote(Qp qp, Qp peer, SendArray a, int wr, long total) {
        Keyed keyed = peer.domain.keys.find(a.rkey[wr]);
        if (keyed instanceof Window window) {
            synchronized (window) {
                Region region =
                        window.open(peer, peer.domain, a.rkey[wr], a.remote[wr], total, IbvMr.IBV_ACCESS_REMOTE_READ);
                return region != null && fetch(qp, a, wr, region);
            }
        }
        Region region = remoteRegion(keyed, peer, a, wr, total, IbvMr.IBV_ACCESS_REMOTE_READ);
        return region != null && fetch(qp, a, wr, region);
    }

    private static boolean fetch(Qp qp, SendArray a, int wr, Region from) {
        long at = a.remote[wr];
        for (int i = 0; i < a.numSge[wr]; i++) {
            long length = a.length(wr, i);
            Region into = qp.domain.keys.region(a.key(wr, i));
            if (length != 0 && (into == null || !copy(from, at, into, a.address(wr, i), length))) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private static boolean copy(Region from, long source, Region to, long target, long length) {
        return Memory.copy(
                from.memory, source - from.base, to.memory, target - to.base, length, from.mayFault || to.mayFault);
    }
}
