package io.rtrs.bench.jmh;

import io.rtrs.core.imm.ImmediateLayout;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.wire.ParsedRequest;
import io.rtrs.core.wire.Protocol;
import io.rtrs.core.wire.ReadHeaderView;
import io.rtrs.core.wire.RequestParser;
import io.rtrs.core.wire.RkeyRspView;
import io.rtrs.core.wire.WriteHeaderView;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/** What encoding and decoding cost on the request path: headers, the key announcement, immediates. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {
    private static final int DATA = 4096;
    private static final int USER = 32;

    private final ImmediateLayout layout = new ImmediateLayout(512);
    private final ParsedRequest parsed = new ParsedRequest();
    private Arena arena = Arena.ofShared();
    private MemorySegment chunk = arena.allocate(131072, 4096);
    private int bufferId;

    /** Writes a valid READ request into the chunk. */
    @Setup
    public void setUp() {
        arena = Arena.ofShared();
        chunk = arena.allocate(131072, 4096);
        ReadHeaderView.put(chunk, DATA + USER, USER, Protocol.FLAG_NEED_INVAL, 0x7f0000000000L, 0x1234, DATA);
    }

    /** Frees the chunk. */
    @TearDown
    public void tearDown() {
        arena.close();
    }

    @Benchmark
    public int encodeWriteRequest() {
        WriteHeaderView.put(chunk, 8192, USER);
        return layout.ioRequest(next(), DATA + USER);
    }

    @Benchmark
    public int encodeReadRequest() {
        ReadHeaderView.put(chunk, 8192, USER, Protocol.FLAG_NEED_INVAL, 0x7f0000000000L, 0x1234, DATA);
        return layout.ioRequest(next(), DATA + USER);
    }

    @Benchmark
    public int decodeReadRequest() {
        int imm = layout.ioRequest(next(), DATA + USER);
        return RequestParser.checkBufferId(layout.bufferId(imm), 512)
                + RequestParser.parse(chunk, layout.offset(imm), parsed)
                + parsed.rkey();
    }

    @Benchmark
    public int keyAnnouncement() {
        int id = next();
        RkeyRspView.put(chunk, 16384, id, 0x77);
        return RkeyRspView.check(chunk, 16384, RkeyRspView.SIZE, 512, id) + RkeyRspView.rkey(chunk, 16384);
    }

    @Benchmark
    public int answerImmediate() {
        int imm = Immediates.ioResponse(-5, next(), true);
        return Immediates.type(imm) + Immediates.messageId(imm) + Immediates.status(imm);
    }

    private int next() {
        bufferId = (bufferId + 1) & 511;
        return bufferId;
    }
}
