package io.rtrs.soft.inprocess;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.memory.Atomics;
import io.rtrs.soft.memory.Keyed;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.WrOpcode;

/** Remote atomics on eight bytes; the old value goes to the first local SGE. */
final class AtomicTransfer {
    private AtomicTransfer() {}

    static void execute(Qp qp, Qp peer, SendArray a, int wr, long seq) {
        boolean aligned = (a.remote[wr] & 7) == 0 && a.total(wr) == Long.BYTES && a.numSge[wr] == 1;
        if (!qp.mayRead || !peer.remoteReads || !aligned) {
            peer.toError();
            qp.failSend(a, wr, seq, Status.REM_INV_REQ_ERR);
            return;
        }
        if (!access(qp, peer, a, wr)) {
            if (Transfer.failOwn(qp, a, wr, seq)) {
                return;
            }
            Transfer.failRemote(qp, peer, a, wr, seq, false);
            return;
        }
        boolean swap = a.opcode[wr] == WrOpcode.ATOMIC_CMP_AND_SWP;
        Transfer.finish(qp, a, wr, seq, Status.SUCCESS, swap ? WrOpcode.WC_COMP_SWAP : WrOpcode.WC_FETCH_ADD);
    }

    private static boolean access(Qp qp, Qp peer, SendArray a, int wr) {
        Keyed keyed = peer.domain.keys.find(a.rkey[wr]);
        int access = IbvMr.IBV_ACCESS_REMOTE_ATOMIC;
        if (keyed instanceof Window window) {
            synchronized (window) {
                Region region = window.open(peer, peer.domain, a.rkey[wr], a.remote[wr], Long.BYTES, access);
                return region != null && update(qp, a, wr, region);
            }
        }
        Region region = Transfer.remoteRegion(keyed, peer, a, wr, Long.BYTES, access);
        return region != null && update(qp, a, wr, region);
    }

    private static boolean update(Qp qp, SendArray a, int wr, Region remote) {
        Region local = qp.domain.keys.region(a.key(wr, 0));
        if (local == null) {
            return false;
        }
        long old;
        try {
            old = a.opcode[wr] == WrOpcode.ATOMIC_CMP_AND_SWP
                    ? Atomics.compareAndSwap(remote, a.remote[wr], a.operand[wr], a.swap[wr])
                    : Atomics.fetchAndAdd(remote, a.remote[wr], a.operand[wr]);
        } catch (IllegalStateException | InternalError gone) {
            return false;
        }
        return local.writeLong(a.address(wr, 0), old);
    }
}
