package io.rtrs.soft.iwarp.stream;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.iwarp.wire.AtomicRequest;
import io.rtrs.soft.iwarp.wire.RdmapOpcode;
import io.rtrs.soft.iwarp.wire.TerminateError;
import io.rtrs.soft.memory.Refusal;
import io.rtrs.soft.queue.RemoteMemory;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/** Checks the peer's reads and atomics, and executes them: a read by noting it for its answer (spec/iwarp.md 15). */
final class PeerRequests {
    private static final int ALIGNED = Long.BYTES - 1;

    private final RemoteMemory memory;
    private final ReadResponder responder;

    PeerRequests(RemoteMemory memory, ReadResponder responder) {
        this.memory = memory;
        this.responder = responder;
    }

    /** Whether the peer has as many outstanding as it may. */
    boolean isFull() {
        return responder.isFull();
    }

    /** What stands against a request, or null. */
    @Nullable
    TerminateError check(Segment request, MemorySegment in, long at) {
        return request.opcode == RdmapOpcode.READ_REQUEST ? checkRead(request) : checkAtomic(in, at);
    }

    private @Nullable TerminateError checkRead(Segment request) {
        int access = IbvMr.IBV_ACCESS_REMOTE_READ;
        long length = request.readLength;
        if (length == 0 || memory.permits(request.sourceStag, request.sourceTo, length, access)) {
            return null;
        }
        return ofRequest(memory.refusal(request.sourceStag, request.sourceTo, length, access));
    }

    private @Nullable TerminateError checkAtomic(MemorySegment in, long at) {
        int access = IbvMr.IBV_ACCESS_REMOTE_ATOMIC;
        int stag = AtomicRequest.stag(in, at);
        long to = AtomicRequest.targetOffset(in, at);
        if (!isKnown(in, at)) {
            return TerminateError.UNEXPECTED_OPCODE;
        }
        if ((to & ALIGNED) != 0) {
            return TerminateError.STREAM_CATASTROPHIC;
        }
        return memory.permits(stag, to, Long.BYTES, access)
                ? null
                : ofRequest(memory.refusal(stag, to, Long.BYTES, access));
    }

    /** Additions and swaps of all 64 bits are known, which is what verbs have. */
    private static boolean isKnown(MemorySegment in, long at) {
        return switch (AtomicRequest.operation(in, at)) {
            case AtomicRequest.FETCH_ADD -> AtomicRequest.dataMask(in, at) == 0;
            case AtomicRequest.COMPARE_SWAP ->
                AtomicRequest.dataMask(in, at) == -1 && AtomicRequest.compareMask(in, at) == -1;
            default -> false;
        };
    }

    private static TerminateError ofRequest(Refusal refusal) {
        return switch (refusal) {
            case INVALID -> TerminateError.REMOTE_INVALID_STAG;
            case NOT_ASSOCIATED -> TerminateError.REMOTE_NOT_ASSOCIATED;
            case ACCESS -> TerminateError.REMOTE_ACCESS;
            case WRAP -> TerminateError.REMOTE_WRAP;
            case BOUNDS -> TerminateError.REMOTE_BOUNDS;
        };
    }

    /** Executes a request that {@link #check} let pass; what stands against it now, or null. */
    @Nullable
    TerminateError execute(Segment request, MemorySegment in, long at) {
        if (request.opcode == RdmapOpcode.READ_REQUEST) {
            responder.read(request);
            return null;
        }
        boolean swap = AtomicRequest.operation(in, at) == AtomicRequest.COMPARE_SWAP;
        long operand = AtomicRequest.data(in, at);
        long compare = AtomicRequest.compare(in, at);
        int access = IbvMr.IBV_ACCESS_REMOTE_ATOMIC;
        long to = AtomicRequest.targetOffset(in, at);
        if (!memory.atomic(AtomicRequest.stag(in, at), to, access, swap, operand, compare)) {
            return TerminateError.REMOTE_INVALID_STAG;
        }
        responder.atomic(request.msn, AtomicRequest.identifier(in, at), memory.original());
        return null;
    }
}
