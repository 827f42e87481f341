package io.rtrs.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.rtrs.core.imm.ImmediateLayout;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.wire.ParsedRequest;
import io.rtrs.core.wire.Protocol;
import io.rtrs.core.wire.ReadHeaderView;
import io.rtrs.core.wire.RequestParser;
import io.rtrs.core.wire.RkeyRspView;
import io.rtrs.core.wire.WriteHeaderView;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;

/** What each request calls allocates nothing, interpreted or compiled. */
class HotPathAllocationTest {
    private static final int ROUNDS = 20_000;

    private final ImmediateLayout layout = new ImmediateLayout(512);
    private final ParsedRequest request = new ParsedRequest();
    private final Heartbeat heartbeat = new Heartbeat();

    @Test
    void headers_parser_immediates_and_heartbeat_allocate_nothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(131072);
            long sum = run(chunk);
            long before = threads.getCurrentThreadAllocatedBytes();
            sum += run(chunk);
            long perRound = (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
            assertThat(perRound).as("bytes allocated by each round").isZero();
            assertThat(sum).isNotZero();
        }
    }

    private long run(MemorySegment chunk) {
        long sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int imm = layout.ioRequest(i & 511, 4128);
            int offset = layout.offset(imm);
            ReadHeaderView.put(chunk, offset, 32, Protocol.FLAG_NEED_INVAL, i, i, 4096);
            sum += RequestParser.parse(chunk, offset, request) + request.length() + request.rkey();
            WriteHeaderView.put(chunk, offset, 32);
            sum += RequestParser.parse(chunk, offset, request) + request.dataLength();
            int answer = Immediates.ioResponse(-5, layout.bufferId(imm), true);
            RkeyRspView.put(chunk, 0, Immediates.messageId(answer), i);
            sum += RkeyRspView.check(chunk, 0, 8, 512, Immediates.messageId(answer));
            heartbeat.onActivity();
        }
        return sum;
    }
}
