package io.rtrs.core.wire;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The rules of a session's name (spec/rtrs.md 3.3, 5.6, 14.1): 1 to 254 bytes of UTF-8, no '/', no '.', no zero byte.
 *
 * <p>The kernel takes any bytes; that a name is UTF-8 and not empty is this library's rule, on both sides.
 */
public final class SessionName {
    /** The longest name in bytes. */
    public static final int BYTES_MAX = Protocol.NAME_FIELD_SIZE - 1;

    private SessionName() {}

    /** The rule that a name breaks, or null if it is a good name. */
    public static @Nullable String violation(String name) {
        if (name.isEmpty()) {
            return "must not be empty";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == '.' || c == 0) {
                return "must not contain '/', '.' or a zero byte";
            }
        }
        try {
            int bytes = StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(name))
                    .remaining();
            return bytes <= BYTES_MAX ? null : "must be at most " + BYTES_MAX + " bytes, is " + bytes;
        } catch (CharacterCodingException e) {
            return "must be text that UTF-8 can hold";
        }
    }

    /**
     * Returns a name that keeps all rules.
     *
     * @throws RtrsException EINVAL, with the name and the rule that it breaks
     */
    public static String require(String name) throws RtrsException {
        String violation = violation(name);
        if (violation != null) {
            throw new RtrsException(Errno.EINVAL, "session name \"" + PeerText.printable(name) + "\" " + violation);
        }
        return name;
    }

    /** The text of name bytes, or null if they are not UTF-8. */
    static @Nullable String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
