package io.rtrs.server.policy;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;

import java.net.InetAddress;

/**
 * Addresses with a common beginning.
 *
 * @param network any of them
 * @param bits length of the beginning
 */
public record AddressRange(InetAddress network, int bits) {

    /**
     * Reads {@code address} or {@code address/bits}.
     *
     * @throws RtrsException EINVAL, saying what is wrong
     */
    public static AddressRange parse(String text) throws RtrsException {
        int slash = text.indexOf('/');
        try {
            InetAddress network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int most = network.getAddress().length * Byte.SIZE;
            int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > most) {
                throw new RtrsException(Errno.EINVAL, "\"" + text + "\": the length must be 0 to " + most);
            }
            return new AddressRange(network, bits);
        } catch (IllegalArgumentException e) {
            throw new RtrsException(
                    Errno.EINVAL, "\"" + text + "\" is no address and no range such as 10.0.0.0/8 or fd00::/8", e);
        }
    }

    /** Whether the address is one of them; one of the other family is not. */
    public boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if (((mine[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + bits;
    }
}
