package io.rtrs.interop.wire;

import static io.rtrs.interop.wire.End.FIRST_REQUEST;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvWC;
import io.rtrs.verbs.BindWindow;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** The end to which a {@link Requester} does things: makes ready for each step, and checks its effect. */
final class Answerer {
    private static final byte CLEAN = (byte) 0xa5;

    private final End end;
    private @Nullable MemoryWindow window;

    Answerer(End end) {
        this.end = end;
    }

    /** Takes part in all steps. */
    void run(List<Step> steps) throws IOException {
        for (Step step : steps) {
            try {
                prepare(step);
                check(step);
            } catch (AssertionError | IOException e) {
                throw new AssertionError("answering " + step + ": " + e.getMessage(), e);
            }
        }
        ready(new Place(-1, 0, 0));
    }

    private void prepare(Step step) throws IOException {
        int key = end.region.getRkey();
        long address = end.sink.address();
        switch (step.kind()) {
            case SEND, SEND_WITH_IMM -> {}
            case WRITE, WRITE_WITH_IMM -> clean(step.size());
            case MANY_WRITES -> clean(total(step, Requester.WRITES));
            case WINDOW_OF_TYPE_ONE, WINDOW_OF_TYPE_TWO -> {
                clean(step.size());
                key = bind(step);
            }
            case READ, MANY_READS -> {
                Content.fill(end.source.asSlice(0, total(step, Requester.READS)), step.number());
                address = end.source.address();
            }
            case ATOMICS -> end.sink.set(ValueLayout.JAVA_LONG, 0, step.number());
        }
        ready(new Place(step.number(), key, address));
    }

    private static long total(Step step, int count) {
        if (step.kind() == Step.Kind.READ) {
            return step.size();
        }
        long sum = 0;
        for (int size : Step.many(count, step.size())) {
            sum += size;
        }
        return sum;
    }

    private void clean(long length) {
        end.sink.asSlice(0, length + End.GUARD).fill(CLEAN);
    }

    private void ready(Place place) throws IOException {
        MemorySegment message = end.out.asSlice(0, Place.BYTES);
        place.encode(message);
        End.post(end.request(WrOpcode.SEND, FIRST_REQUEST, message));
        end.sent(FIRST_REQUEST);
    }

    private int bind(Step step) throws IOException {
        boolean two = step.kind() == Step.Kind.WINDOW_OF_TYPE_TWO;
        MemoryWindow made = end.verbs.allocMw(end.pd, two ? MemoryWindow.TYPE_2 : MemoryWindow.TYPE_1);
        window = made;
        int access = IbvMr.IBV_ACCESS_REMOTE_WRITE;
        long id = FIRST_REQUEST + 1;
        if (two) {
            int key = MemoryWindow.nextRkey(made.rkey());
            End.mustPost(end.verbs
                    .postSend(end.qp, 1, 0)
                    .bindWindow(0, made, key, end.region, end.sink.address(), step.size(), access)
                    .flags(0, End.SIGNALED)
                    .wrId(0, id)
                    .post(0, 1));
        } else {
            bindOne(made, end.verbs, step.size());
        }
        end.sent(id);
        return made.rkey();
    }

    private void bindOne(MemoryWindow one, io.rtrs.verbs.ExtendedVerbs verbs, long length) throws IOException {
        BindWindow bind = verbs.bindMw(end.qp, one, end.region);
        End.mustPost(
                bind.bind(FIRST_REQUEST + 1, End.SIGNALED, end.sink.address(), length, IbvMr.IBV_ACCESS_REMOTE_WRITE));
        bind.free();
    }

    private void check(Step step) throws IOException {
        IbvWC wc = end.arrived();
        int size = step.size();
        MemorySegment message = end.arrivedIn(wc.getWr_id(), wc.getByte_len());
        switch (step.kind()) {
            case SEND, SEND_WITH_IMM -> {
                told(wc, WrOpcode.WC_RECV, size, step.kind() == Step.Kind.SEND ? 0 : WrOpcode.WC_WITH_IMM);
                Content.check(message, step.number(), "the message");
                immediate(step, wc);
            }
            case WRITE_WITH_IMM -> {
                told(wc, WrOpcode.WC_RECV_RDMA_WITH_IMM, size, WrOpcode.WC_WITH_IMM);
                written(step);
                immediate(step, wc);
            }
            case WRITE -> {
                told(wc, WrOpcode.WC_RECV, 0, 0);
                written(step);
            }
            case WINDOW_OF_TYPE_ONE -> {
                told(wc, WrOpcode.WC_RECV, 0, 0);
                written(step);
                end.verbs.deallocMw(bound());
            }
            case WINDOW_OF_TYPE_TWO -> {
                told(wc, WrOpcode.WC_RECV, 0, WrOpcode.WC_WITH_INV);
                equal("the invalidated key", wc.getImm_data(), bound().rkey());
                written(step);
                end.verbs.deallocMw(bound());
            }
            case READ, MANY_READS -> told(wc, WrOpcode.WC_RECV, 0, 0);
            case ATOMICS -> {
                told(wc, WrOpcode.WC_RECV, 0, 0);
                long sum = step.number() + Requester.ADDS * Requester.ADDEND;
                equal("the value", end.sink.get(ValueLayout.JAVA_LONG, 0), ~sum);
            }
            case MANY_WRITES -> {
                told(wc, WrOpcode.WC_RECV_RDMA_WITH_IMM, 0, WrOpcode.WC_WITH_IMM);
                manyWritten(step);
            }
        }
        end.repost(wc.getWr_id());
    }

    private MemoryWindow bound() {
        MemoryWindow made = window;
        if (made == null) {
            throw new IllegalStateException("no window");
        }
        return made;
    }

    private static void immediate(Step step, IbvWC wc) {
        if (step.kind() != Step.Kind.SEND) {
            equal("the immediate", Imm.fromRaw(wc.getImm_data()), step.number());
        }
    }

    private void written(Step step) {
        Content.check(end.sink.asSlice(0, step.size()), step.number(), "what was written");
        Content.untouched(end.sink.asSlice(step.size(), End.GUARD), CLEAN, "the write");
    }

    private void manyWritten(Step step) {
        int[] sizes = Step.many(Requester.WRITES, step.size());
        long at = 0;
        for (int i = 0; i < sizes.length; i++) {
            Content.check(end.sink.asSlice(at, sizes[i]), step.number() + i, "write " + i);
            at += sizes[i];
        }
        Content.untouched(end.sink.asSlice(at, End.GUARD), CLEAN, "writes");
    }

    private static void told(IbvWC wc, int opcode, int length, int flag) {
        equal("the completion's opcode", wc.getOpcode(), opcode);
        equal("the completion's length", wc.getByte_len(), length);
        equal("the completion's flags", wc.getWc_flags() & (WrOpcode.WC_WITH_IMM | WrOpcode.WC_WITH_INV), flag);
    }

    private static void equal(String what, long is, long expected) {
        if (is != expected) {
            throw new AssertionError(what + " is " + is + "; expected " + expected);
        }
    }
}
