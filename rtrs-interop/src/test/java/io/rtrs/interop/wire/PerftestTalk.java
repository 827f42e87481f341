package io.rtrs.interop.wire;

import com.ibm.disni.verbs.IbvWC;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What perftest's programs tell each other over a connection of its own. The client always speaks first, the server answers
 * with a message of the same kind and length; each has one receive posted, so nobody speaks twice in a row.
 */
final class PerftestTalk {
    private static final long SAID = End.FIRST_REQUEST;

    private final End end;
    private final List<String> heard = new ArrayList<>();

    PerftestTalk(End end) {
        this.end = end;
    }

    void say(byte[] message) throws IOException {
        MemorySegment out = end.out.asSlice(0, message.length);
        MemorySegment.copy(MemorySegment.ofArray(message), 0, out, 0, message.length);
        End.post(end.request(WrOpcode.SEND, SAID, out));
        end.sent(SAID);
    }

    byte[] hear() throws IOException {
        IbvWC wc = end.arrived();
        byte[] message = end.arrivedIn(wc.getWr_id(), wc.getByte_len()).toArray(ValueLayout.JAVA_BYTE);
        end.repost(wc.getWr_id());
        heard.add(HexFormat.of().formatHex(message));
        return message;
    }

    /** The client's part of one exchange: both messages have the same length. */
    byte[] exchange(byte[] message) throws IOException {
        say(message);
        byte[] answer = hear();
        if (answer.length != message.length) {
            throw new AssertionError("an answer of " + answer.length + " bytes to " + message.length + "; " + this);
        }
        return answer;
    }

    /** Everything that was heard, in hexadecimal digits. */
    @Override
    public String toString() {
        return "heard " + heard;
    }
}
