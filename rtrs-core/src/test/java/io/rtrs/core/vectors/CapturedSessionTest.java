package io.rtrs.core.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.Direction;
import io.rtrs.core.imm.ImmediateLayout;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.wire.ChunkMap;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.wire.ConRsp;
import io.rtrs.core.wire.InfoReq;
import io.rtrs.core.wire.InfoRsp;
import io.rtrs.core.wire.Layouts;
import io.rtrs.core.wire.ParsedRequest;
import io.rtrs.core.wire.Protocol;
import io.rtrs.core.wire.ReadHeaderView;
import io.rtrs.core.wire.RequestParser;
import io.rtrs.core.wire.RkeyRspView;
import io.rtrs.core.wire.WriteHeaderView;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Every message of two sessions between kernels, decoded and encoded again: the bytes are the same. The replay knows a
 * place for each packet and fails for one it does not know, and the counts are fixed, so that nothing is left out silently.
 */
class CapturedSessionTest {
    private static final int FIRST_CONNECTION_FRAME = 1;

    @Test
    void every_message_of_the_mode_y_session_survives_decoding_and_encoding() throws Exception {
        Replay replay = new Replay("/vectors/rtrs_inv_y.pcap", true);
        replay.run();
        assertThat(replay.counts).containsExactlyInAnyOrderEntriesOf(COUNTS_Y);
    }

    @Test
    void every_message_of_the_mode_n_session_survives_decoding_and_encoding() throws Exception {
        Replay replay = new Replay("/vectors/rtrs_inv_n.pcap", false);
        replay.run();
        assertThat(replay.counts).containsExactlyInAnyOrderEntriesOf(COUNTS_N);
    }

    private static final Map<String, Integer> COUNTS_Y = Map.ofEntries(
            Map.entry("CM without RTRS content", 6),
            Map.entry("CON_REQ", 2),
            Map.entry("CON_RSP", 2),
            Map.entry("INFO_REQ", 1),
            Map.entry("INFO_RSP", 1),
            Map.entry("WRITE", 4),
            Map.entry("READ", 8),
            Map.entry("data of a READ", 8),
            Map.entry("SEND WITH INVALIDATE", 8),
            Map.entry("IO_RSP", 4),
            Map.entry("IO_RSP_W_INV", 8),
            Map.entry("HB_MSG", 8),
            Map.entry("HB_ACK", 8),
            Map.entry("RKEY_RSP", 12));

    private static final Map<String, Integer> COUNTS_N = Map.ofEntries(
            Map.entry("CM without RTRS content", 6),
            Map.entry("CON_REQ", 2),
            Map.entry("CON_RSP", 2),
            Map.entry("INFO_REQ", 1),
            Map.entry("INFO_RSP", 1),
            Map.entry("WRITE", 4),
            Map.entry("READ", 8),
            Map.entry("data of a READ", 8),
            Map.entry("SEND WITH INVALIDATE", 8),
            Map.entry("IO_RSP", 4),
            Map.entry("IO_RSP_W_INV", 8),
            Map.entry("HB_MSG", 8),
            Map.entry("HB_ACK", 8),
            Map.entry("IO_RSP without RKEY_RSP", 12));

    /** One session, in the order of the wire. */
    private static final class Replay {
        private final String resource;
        private final boolean modeY;
        private final Map<String, Integer> counts = new TreeMap<>();
        private final Map<Integer, ParsedRequest> open = new HashMap<>();
        private final Map<Integer, Boolean> invalidated = new HashMap<>();
        private ConRsp.@Nullable Accept accept;
        private @Nullable InfoRsp info;

        Replay(String resource, boolean modeY) {
            this.resource = resource;
            this.modeY = modeY;
        }

        void run() throws Exception {
            for (WireMessage message : WireMessage.read(resource)) {
                try {
                    replay(message);
                } catch (AssertionError e) {
                    throw new AssertionError("frame " + message.frame() + ": " + e.getMessage(), e);
                }
            }
            assertThat(open).as("requests without an answer").isEmpty();
        }

        private void replay(WireMessage message) throws Exception {
            switch (message.kind()) {
                case CM_REQ -> conReq(message);
                case CM_REP -> conRsp(message);
                case CM_OTHER -> count("CM without RTRS content");
                case SEND -> info(message);
                case SEND_INV -> invalidate(message);
                case WRITE -> readData(message);
                case SEND_IMM -> rkeyRsp(message);
                case WRITE_IMM -> {
                    if (message.fromClient() && Immediates.type(message.imm()) == Immediates.TYPE_IO_REQ) {
                        request(message);
                    } else {
                        emptyWithImmediate(message);
                    }
                }
            }
        }

        private void conReq(WireMessage message) throws Exception {
            byte[] wire = Arrays.copyOfRange(message.data(), 140 + Protocol.CM_HEADER_SIZE, 232);
            ConReq request = ConReq.decode(wire);
            assertThat(request.encode()).isEqualTo(wire);
            assertThat(request.cid()).isEqualTo(message.frame() == FIRST_CONNECTION_FRAME ? 0 : 1);
            assertThat(request.cidNum()).isEqualTo(2);
            assertThat(request.reconnectCount()).isEqualTo(1); // spec/rtrs.md 19.31
            assertThat(request.firstConnection()).isTrue();
            // Version 4 and the variant of RFC 4122 are found where the kernel puts them: spec/rtrs.md 19.13.
            assertThat(request.pathUuid().version()).isEqualTo(4);
            assertThat(request.sessionUuid().variant()).isEqualTo(2);
            count("CON_REQ");
        }

        private void conRsp(WireMessage message) throws Exception {
            byte[] wire = Arrays.copyOfRange(message.data(), 36, 232);
            accept = ConRsp.Accept.decode(wire);
            assertThat(Arrays.copyOf(accept.encode(), wire.length)).isEqualTo(wire);
            assertThat(accept).isEqualTo(new ConRsp.Accept(512, 126976, 4096, modeY));
            count("CON_RSP");
        }

        private void info(WireMessage message) throws Exception {
            if (message.fromClient()) {
                InfoReq request = InfoReq.decode(message.data());
                assertThat(request.encode()).isEqualTo(message.data());
                assertThat(request.sessionName()).isEqualTo("t1");
                count("INFO_REQ");
            } else {
                info = InfoRsp.decode(message.data());
                assertThat(info.encode()).isEqualTo(message.data());
                assertThat(info.descriptors()).hasSize(modeY ? 512 : 1);
                count("INFO_RSP");
            }
        }

        private void request(WireMessage message) throws Exception {
            ImmediateLayout layout = new ImmediateLayout(accept().queueDepth());
            int bufferId = layout.bufferId(message.imm());
            int offset = layout.offset(message.imm());
            assertThat(layout.ioRequest(bufferId, offset)).isEqualTo(message.imm());
            ChunkMap chunks = info().chunkMap(accept().queueDepth(), accept().chunkSize());
            int start = Math.toIntExact(message.address() - chunks.addresses()[bufferId]);
            MemorySegment chunk = MemorySegment.ofArray(new byte[accept().chunkSize()]);
            MemorySegment.copy(MemorySegment.ofArray(message.data()), 0, chunk, start, message.data().length);
            ParsedRequest request = new ParsedRequest();
            assertThat(RequestParser.parse(chunk, offset, request)).isEqualTo(RequestParser.OK);
            byte[] header = encode(request);
            // The header is the last thing in the message: nothing behind it, and it is what we would send.
            assertThat(start + message.data().length).isEqualTo(offset + header.length);
            assertThat(chunk.asSlice(offset, header.length).toArray(Layouts.U8)).isEqualTo(header);
            boolean read = request.direction() == Direction.READ;
            assertThat(start).isEqualTo(read ? request.dataLength() : 0); // spec/rtrs.md 19.41, 19.42
            assertThat(open.put(bufferId, request)).as("buffer id in use").isNull(); // spec/rtrs.md 19.60
            count(read ? "READ" : "WRITE");
        }

        private static byte[] encode(ParsedRequest request) {
            boolean read = request.direction() == Direction.READ;
            byte[] bytes = new byte[read ? Protocol.readHeaderSize(request.sgCount()) : WriteHeaderView.SIZE];
            Arrays.fill(bytes, (byte) 0xA5);
            MemorySegment header = MemorySegment.ofArray(bytes);
            if (!read) {
                WriteHeaderView.put(header, 0, request.userLength());
            } else if (request.sgCount() == 0) {
                ReadHeaderView.put(header, 0, request.userLength());
            } else {
                int flags = request.needInvalidate() ? Protocol.FLAG_NEED_INVAL : 0;
                int length = (int) request.length();
                ReadHeaderView.put(header, 0, request.userLength(), flags, request.address(), request.rkey(), length);
            }
            return bytes;
        }

        private void readData(WireMessage message) {
            assertThat(message.fromClient()).isFalse();
            assertThat(open.values())
                    .anyMatch(request -> request.address() == message.address()
                            && request.rkey() == message.rkey()
                            && request.length() == message.data().length);
            count("data of a READ");
        }

        private void invalidate(WireMessage message) {
            assertThat(message.fromClient()).isFalse();
            assertThat(message.data()).isEmpty();
            // spec/rtrs.md 19.51
            int bufferId = open.entrySet().stream()
                    .filter(entry -> entry.getValue().needInvalidate()
                            && entry.getValue().rkey() == message.rkey())
                    .findFirst()
                    .orElseThrow()
                    .getKey();
            invalidated.put(bufferId, true);
            count("SEND WITH INVALIDATE");
        }

        private void rkeyRsp(WireMessage message) {
            assertThat(modeY).isTrue();
            assertThat(message.fromClient()).isFalse();
            MemorySegment wire = MemorySegment.ofArray(message.data());
            int messageId = Immediates.messageId(message.imm());
            int code = RkeyRspView.check(wire, 0, message.data().length, accept().queueDepth(), messageId);
            assertThat(code).isEqualTo(RkeyRspView.OK); // spec/rtrs.md 19.48
            byte[] again = new byte[RkeyRspView.SIZE];
            RkeyRspView.put(MemorySegment.ofArray(again), 0, RkeyRspView.bufferId(wire, 0), RkeyRspView.rkey(wire, 0));
            assertThat(again).isEqualTo(message.data());
            answer(message);
            count("RKEY_RSP");
        }

        private void emptyWithImmediate(WireMessage message) {
            assertThat(message.data()).isEmpty();
            assertThat(message.address()).isZero();
            assertThat(message.rkey()).isZero();
            switch (message.imm()) {
                case Immediates.HB_MSG -> count("HB_MSG");
                case Immediates.HB_ACK -> count("HB_ACK");
                default -> {
                    assertThat(modeY).isFalse(); // spec/rtrs.md 19.44
                    answer(message);
                    count("IO_RSP without RKEY_RSP");
                }
            }
        }

        private void answer(WireMessage message) {
            assertThat(message.fromClient()).isFalse();
            int messageId = Immediates.messageId(message.imm());
            assertThat(open.remove(messageId))
                    .as("the request that is answered")
                    .isNotNull();
            boolean wasInvalidated = invalidated.remove(messageId) != null;
            assertThat(Immediates.status(message.imm())).isZero();
            // Type 2 if and only if the key was invalidated: spec/rtrs.md 7.6 rule 2, 19.45, 19.47.
            assertThat(Immediates.ioResponse(0, messageId, wasInvalidated)).isEqualTo(message.imm());
            count(wasInvalidated ? "IO_RSP_W_INV" : "IO_RSP");
        }

        private ConRsp.Accept accept() {
            return Objects.requireNonNull(accept);
        }

        private InfoRsp info() {
            return Objects.requireNonNull(info);
        }

        private void count(String what) {
            counts.merge(what, 1, Integer::sum);
        }
    }
}
