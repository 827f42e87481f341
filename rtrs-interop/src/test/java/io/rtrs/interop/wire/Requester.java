package io.rtrs.interop.wire;

import static io.rtrs.interop.wire.End.FIRST_REQUEST;

import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.IbvWC;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedList;
import java.util.List;

/** Does what the steps say to the other end, which is an {@link Answerer}, and checks what it gets. */
final class Requester {
    /** Writes of a step MANY_WRITES, and reads of MANY_READS. */
    static final int WRITES = 48;

    static final int READS = 8;

    /** Fetch-and-adds of a step, of this much each. */
    static final int ADDS = 10;

    static final long ADDEND = 0x1_0000_0003L;

    /** Every eighth of many writes reports. */
    private static final int REPORTS = 8;

    private final End end;
    private Place place = new Place(0, 0, 0);

    Requester(End end) {
        this.end = end;
    }

    /** Does all steps. */
    void run(List<Step> steps) throws IOException {
        for (Step step : steps) {
            try {
                place = ready(step.number());
                perform(step);
            } catch (AssertionError | IOException e) {
                throw new AssertionError("asking for " + step + ": " + e.getMessage(), e);
            }
        }
        ready(-1);
    }

    /** The other end has checked the step before, and is ready for this one. */
    private Place ready(int number) throws IOException {
        IbvWC wc = end.arrived();
        Place said = Place.decode(end.arrivedIn(wc.getWr_id(), Place.BYTES));
        end.repost(wc.getWr_id());
        if (wc.getByte_len() != Place.BYTES || said.step() != number) {
            throw new AssertionError("the other end is ready for step " + said.step() + ", told in " + wc.getByte_len()
                    + " bytes; expected step " + number);
        }
        return said;
    }

    private void perform(Step step) throws IOException {
        MemorySegment local = end.out.asSlice(0, step.size());
        switch (step.kind()) {
            case SEND, SEND_WITH_IMM, WRITE_WITH_IMM -> {
                Content.fill(local, step.number());
                post(opcode(step.kind()), local, FIRST_REQUEST, step.number());
                end.sent(FIRST_REQUEST);
            }
            case WRITE, WINDOW_OF_TYPE_ONE -> {
                Content.fill(local, step.number());
                post(WrOpcode.RDMA_WRITE, local, FIRST_REQUEST, 0);
                tell();
            }
            case WINDOW_OF_TYPE_TWO -> {
                Content.fill(local, step.number());
                post(WrOpcode.RDMA_WRITE, local, FIRST_REQUEST, 0);
                End.post(end.request(WrOpcode.SEND_WITH_INV, FIRST_REQUEST + 1, nothing())
                        .invalidate(0, place.rkey()));
                end.sent(FIRST_REQUEST);
                end.sent(FIRST_REQUEST + 1);
            }
            case READ -> {
                local.fill((byte) 0x5a);
                post(WrOpcode.RDMA_READ, local, FIRST_REQUEST, 0);
                end.sent(FIRST_REQUEST);
                Content.check(local, step.number(), "what was read");
                tellDone();
            }
            case ATOMICS -> atomics(step);
            case MANY_WRITES -> manyWrites(step);
            case MANY_READS -> manyReads(step);
        }
    }

    private static int opcode(Step.Kind kind) {
        return switch (kind) {
            case SEND -> WrOpcode.SEND;
            case SEND_WITH_IMM -> WrOpcode.SEND_WITH_IMM;
            default -> WrOpcode.RDMA_WRITE_WITH_IMM;
        };
    }

    private MemorySegment nothing() {
        return end.out.asSlice(0, 0);
    }

    private void post(int opcode, MemorySegment local, long wrId, int immediate) {
        PostSend request = end.request(opcode, wrId, local);
        if (opcode != WrOpcode.SEND && opcode != WrOpcode.SEND_WITH_IMM) {
            request.remote(0, place.address(), place.rkey());
        }
        if (opcode == WrOpcode.SEND_WITH_IMM || opcode == WrOpcode.RDMA_WRITE_WITH_IMM) {
            request.imm(0, immediate);
        }
        End.post(request);
    }

    /** Behind one request that reports: a message without content. */
    private void tell() throws IOException {
        End.post(end.request(WrOpcode.SEND, FIRST_REQUEST + 1, nothing()));
        end.sent(FIRST_REQUEST);
        end.sent(FIRST_REQUEST + 1);
    }

    private void tellDone() throws IOException {
        End.post(end.request(WrOpcode.SEND, FIRST_REQUEST + 1, nothing()));
        end.sent(FIRST_REQUEST + 1);
    }

    private void atomics(Step step) throws IOException {
        MemorySegment old = end.out.asSlice(0, 8);
        long value = step.number();
        for (int i = 0; i < ADDS; i++) {
            atomic(WrOpcode.ATOMIC_FETCH_AND_ADD, ADDEND, 0);
            value(old, value);
            value += ADDEND;
        }
        atomic(WrOpcode.ATOMIC_CMP_AND_SWP, value + 1, 1); // does not compare
        value(old, value);
        atomic(WrOpcode.ATOMIC_CMP_AND_SWP, value, ~value);
        value(old, value);
        atomic(WrOpcode.ATOMIC_FETCH_AND_ADD, 0, 0);
        value(old, ~value);
        tellDone();
    }

    private static void value(MemorySegment old, long expected) {
        long is = old.get(ValueLayout.JAVA_LONG, 0);
        if (is != expected) {
            throw new AssertionError("the old value is " + is + "; expected " + expected);
        }
    }

    @SuppressWarnings("JdkObsolete") // DiSNI wants a LinkedList
    private void atomic(int opcode, long operand, long swap) throws IOException {
        IbvSge sge = new IbvSge();
        sge.setAddr(end.out.address());
        sge.setLength(8);
        sge.setLkey(end.region.getLkey());
        IbvSendWR request = new IbvSendWR();
        request.setWr_id(FIRST_REQUEST);
        request.setOpcode(opcode);
        request.setSend_flags(End.SIGNALED);
        request.getAtomic().setRemote_addr(place.address());
        request.getAtomic().setRkey(place.rkey());
        request.getAtomic().setCompare_add(operand);
        request.getAtomic().setSwap(swap);
        request.setSg_list(new LinkedList<>(List.of(sge)));
        request.setNum_sge(1);
        end.verbs.postSend(end.qp, List.of(request), null).execute().free();
        end.sent(FIRST_REQUEST);
    }

    private void manyWrites(Step step) throws IOException {
        int[] sizes = Step.many(WRITES, step.size());
        long at = 0;
        for (int i = 0; i < WRITES; i++) {
            MemorySegment local = end.out.asSlice(at, sizes[i]);
            Content.fill(local, step.number() + i);
            End.post(end.request(WrOpcode.RDMA_WRITE, FIRST_REQUEST + i, local)
                    .flags(0, i % REPORTS == REPORTS - 1 ? End.SIGNALED : 0)
                    .remote(0, place.address() + at, place.rkey()));
            at += sizes[i];
        }
        post(WrOpcode.RDMA_WRITE_WITH_IMM, nothing(), FIRST_REQUEST + WRITES, step.number());
        for (int i = REPORTS - 1; i < WRITES; i += REPORTS) {
            end.sent(FIRST_REQUEST + i);
        }
        end.sent(FIRST_REQUEST + WRITES);
    }

    private void manyReads(Step step) throws IOException {
        int[] sizes = Step.many(READS, step.size());
        end.out.fill((byte) 0x5a);
        long at = 0;
        for (int i = 0; i < READS; i++) {
            End.post(end.request(WrOpcode.RDMA_READ, FIRST_REQUEST + i, end.out.asSlice(at, sizes[i]))
                    .remote(0, place.address() + at, place.rkey()));
            at += sizes[i];
        }
        for (int i = 0; i < READS; i++) {
            end.sent(FIRST_REQUEST + i);
        }
        Content.check(end.out.asSlice(0, at), step.number(), "what was read");
        Content.untouched(end.out.asSlice(at, End.GUARD), (byte) 0x5a, "reads");
        tellDone();
    }
}
