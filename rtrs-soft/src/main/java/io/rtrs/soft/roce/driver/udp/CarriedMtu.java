package io.rtrs.soft.roce.driver.udp;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What the interface of a local address carries now: its MTU may be changed while links of the address are open. The kernel
 * tells that only by refusing packets that became too long, and a packet that is too long for a peer's interface is lost
 * without a word; so it is looked at, once a second at most, whenever somebody wants to know.
 *
 * <p><b>Threading</b>: any; the links of an address share one.
 */
final class CarriedMtu {
    private static final Logger LOG = LoggerFactory.getLogger(CarriedMtu.class);
    private static final long LOOK_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

    private final Function<InetAddress, Optional<LocalAddress>> machine;
    private LocalAddress seen;
    private long lookedNs;
    private int told;

    /** Begins with what was found when the address came into use. */
    CarriedMtu(LocalAddress first, Function<InetAddress, Optional<LocalAddress>> machine, long nowNs) {
        this.machine = machine;
        this.seen = first;
        this.lookedNs = nowNs;
        this.told = first.netdevMtu();
    }

    /** The largest path MTU. */
    synchronized int pathMtu(long nowNs) {
        look(nowNs);
        return seen.pathMtu();
    }

    /** The kernel refused a packet as too long: says so, once for each MTU. */
    synchronized void onTooLong(long nowNs) {
        look(nowNs);
        if (seen.netdevMtu() < told) {
            LOG.warn(
                    "the MTU of {} is {} now and was {} when {} came into use: connections whose packets are longer get"
                            + " nothing through and will end; those that come now use shorter ones; ip link set dev {}"
                            + " mtu {} mends it",
                    seen.netdev(),
                    seen.netdevMtu(),
                    told,
                    seen.address().getHostAddress(),
                    seen.netdev(),
                    told);
            told = seen.netdevMtu();
        }
    }

    private void look(long nowNs) {
        if (nowNs - lookedNs >= LOOK_AGAIN_NS) {
            lookedNs = nowNs;
            LocalAddress found = machine.apply(seen.address()).orElse(seen);
            if (found.pathMtu() > 0) { // else nothing of what is here can be sent, and nothing says that it stays so
                seen = found;
            }
        }
    }
}
