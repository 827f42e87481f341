package io.rtrs.interop.rnbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;

class RnbdMessageTest {
    private static final byte GARBAGE = (byte) 0xa5;
    private static final OpenRsp ONE_GIB = new OpenRsp(
            0, 2097152, 2560, OpenRsp.Discard.NONE, 4096, 512, 128, OpenRsp.CACHE_FUA | OpenRsp.CACHE_WRITE_BACK);

    /** The worked examples of spec/rnbd.md 2.9; xx is any byte. */
    static Stream<Arguments> examples() {
        return Stream.of(
                Arguments.of(new SessInfo(2), "0000xxxx02" + "xx".repeat(31)),
                Arguments.of(new SessInfoRsp(2), "0100xxxx02" + "xx".repeat(31)),
                Arguments.of(new OpenReq(1, "ram0"), "0200xxxx01xx72616d3000" + "xx".repeat(253)),
                Arguments.of(
                        ONE_GIB,
                        "0300xxxx000000000000200000000000000a00000000000000000000000000000000000000100002800000000003"
                                + "xx".repeat(10)),
                Arguments.of(
                        new IoReq(0, 2048, IoReq.READ | IoReq.SYNC, 4096, 0),
                        "0400xxxx00000000000800000000000000010000001000000000" + "xx".repeat(6)),
                Arguments.of(
                        new IoReq(0, -1, IoReq.FLUSH | IoReq.SYNC | IoReq.FUA, 0, 0),
                        "0400xxxx00000000ffffffffffffffff02030000000000000000" + "xx".repeat(6)),
                Arguments.of(new CloseReq(0), "0500xxxx00000000"));
    }

    // spec/rnbd.md 8.1, 8.2, 8.3
    @ParameterizedTest
    @MethodSource("examples")
    void paddingIsSentAsZeroEvenIntoUsedMemory(RnbdMessage message, String example) {
        byte[] buffer = new byte[message.size() + 8];
        Arrays.fill(buffer, GARBAGE);

        message.encode(MemorySegment.ofArray(buffer));

        assertThat(HexFormat.of().formatHex(buffer)).isEqualTo(example.replace("xx", "00") + "a5".repeat(8));
    }

    // spec/rnbd.md 8.5
    @ParameterizedTest
    @MethodSource("examples")
    void garbageInPaddingChangesNothing(RnbdMessage message, String example) throws ProtocolException {
        byte[] received = HexFormat.of().parseHex(example.replace("xx", "a5"));

        assertThat(RnbdMessage.decode(MemorySegment.ofArray(received))).isEqualTo(message);
    }

    // spec/rnbd.md 8.1
    @Test
    void messagesHaveTheSizesOfTheWire() {
        assertThat(Stream.of(
                                new SessInfo(2),
                                new SessInfoRsp(2),
                                new OpenReq(0, ""),
                                ONE_GIB,
                                new IoReq(0, 0, 0, 0, 0),
                                new CloseReq(0))
                        .map(message -> message.encode().length))
                .containsExactly(36, 36, 264, 56, 32, 8);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void truncatedMessageIsInvalidAndSaysHowLongItIs(RnbdMessage message, String example) {
        int needed = message instanceof IoReq ? IoReq.SIZE_MIN : message.size();
        MemorySegment truncated = MemorySegment.ofArray(message.encode()).asSlice(0, needed - 1);

        assertThatThrownBy(() -> RnbdMessage.decode(truncated)).isInstanceOfSatisfying(ProtocolException.class, e -> {
            assertThat(e.errno()).isEqualTo(Errno.EINVAL);
            assertThat(e.value()).isEqualTo(needed - 1);
        });
    }

    // spec/rnbd.md 8.16
    @ParameterizedTest
    @ValueSource(ints = {6, 7, 255, 0x0104, 0xFFFF})
    void unknownTypeIsInvalid(int type) {
        byte[] received = new byte[264];
        received[0] = (byte) type;
        received[1] = (byte) (type >> 8);

        assertThatThrownBy(() -> RnbdMessage.decode(MemorySegment.ofArray(received)))
                .isInstanceOfSatisfying(ProtocolException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.EINVAL);
                    assertThat(e.value()).isEqualTo(type);
                });
    }

    // spec/rnbd.md 8.19
    @Test
    void ioOfVersionOneHasNoPriority() throws ProtocolException {
        byte[] bytes = new IoReq(3, 8, IoReq.WRITE, 512, 0x4004).encode();

        assertThat(RnbdMessage.decode(MemorySegment.ofArray(Arrays.copyOf(bytes, 24))))
                .isEqualTo(new IoReq(3, 8, IoReq.WRITE, 512, 0));
        assertThat(RnbdMessage.decode(MemorySegment.ofArray(bytes)))
                .isEqualTo(new IoReq(3, 8, IoReq.WRITE, 512, 0x4004));
    }

    @Test
    void deviceNameWithoutZeroIsInvalid() {
        byte[] bytes = new OpenReq(0, "").encode();
        Arrays.fill(bytes, 6, bytes.length, (byte) 'a');

        assertThatThrownBy(() -> RnbdMessage.decode(MemorySegment.ofArray(bytes)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("device name");
    }

    @Test
    void deviceNameHasAtMost254Bytes() throws ProtocolException {
        OpenReq longest = new OpenReq(1, "n".repeat(254));

        assertThat(RnbdMessage.decode(MemorySegment.ofArray(longest.encode()))).isEqualTo(longest);
        assertThatThrownBy(() -> new OpenReq(1, "n".repeat(255))).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void everyMessageSurvivesTheWire(@ForAll("messages") RnbdMessage message) throws ProtocolException {
        assertThat(RnbdMessage.decode(MemorySegment.ofArray(message.encode()))).isEqualTo(message);
    }

    @Provide
    Arbitrary<RnbdMessage> messages() {
        Arbitrary<Integer> u8 = Arbitraries.integers().between(0, 0xFF);
        Arbitrary<Integer> u16 = Arbitraries.integers().between(0, 0xFFFF);
        Arbitrary<Integer> u32 = Arbitraries.integers();
        Arbitrary<Long> u64 = Arbitraries.longs();
        Arbitrary<RnbdMessage> io = Combinators.combine(u32, u64, u32, u32, u16).as(IoReq::new);
        Arbitrary<OpenRsp.Discard> discard = Combinators.combine(u32, u32, u32).as(OpenRsp.Discard::new);
        Arbitrary<RnbdMessage> openRsp =
                Combinators.combine(u32, u64, u32, discard, u16, u16, u16, u8).as(OpenRsp::new);
        Arbitrary<String> names = Arbitraries.strings().withCharRange('!', '~').ofMaxLength(254);
        Arbitrary<RnbdMessage> open = Combinators.combine(u8, names).as(OpenReq::new);
        Arbitrary<RnbdMessage> close = u32.map(CloseReq::new);
        Arbitrary<RnbdMessage> info = u8.map(SessInfo::new);
        return Arbitraries.oneOf(io, openRsp, open, close, info);
    }
}
