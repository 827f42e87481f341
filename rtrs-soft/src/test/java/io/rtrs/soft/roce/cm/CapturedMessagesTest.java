package io.rtrs.soft.roce.cm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.wire.Layouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class CapturedMessagesTest {
    static final List<String> NAMES = CapturedMads.NAMES;

    @ParameterizedTest
    @FieldSource("NAMES")
    void every_message_survives_decoding_and_encoding_over_dirty_memory(String name) { // spec/rocev2.md 18.63, 18.64
        for (CapturedMads.Captured captured : CapturedMads.read(name)) {
            MemorySegment dirty = MemorySegment.ofArray(new byte[Mad.SIZE + 2]);
            dirty.fill((byte) 0xA5);
            assertThat(Mad.isCm(captured.mad(), 0, Mad.SIZE)).isTrue();
            captured.message().encodeMad(dirty, 1, Mad.transaction(captured.mad(), 0));
            assertThat(dirty.asSlice(1, Mad.SIZE).toArray(Layouts.U8))
                    .as("frame %d", captured.frame())
                    .isEqualTo(captured.mad().toArray(Layouts.U8));
            assertThat(Layouts.u8(dirty, 0)).isEqualTo(0xA5);
            assertThat(Layouts.u8(dirty, Mad.SIZE + 1)).isEqualTo(0xA5);
        }
    }

    @Test
    void the_captures_hold_all_seven_messages() {
        Map<String, Integer> count = new TreeMap<>();
        for (String name : NAMES) {
            CapturedMads.read(name).stream()
                    .map(CapturedMads.Captured::message)
                    .map(CmMessage::getClass)
                    .forEach(type -> count.merge(type.getSimpleName(), 1, Integer::sum));
        }
        assertThat(count.keySet()).containsExactly("Drep", "Dreq", "Mra", "Rej", "Rep", "Req", "Rtu");
    }
}
