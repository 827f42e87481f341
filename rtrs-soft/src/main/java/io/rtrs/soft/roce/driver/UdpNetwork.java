package io.rtrs.soft.roce.driver;

import io.rtrs.soft.network.Destinations;
import io.rtrs.soft.network.Interfaces;
import io.rtrs.soft.roce.driver.udp.LinkCounters;
import io.rtrs.soft.roce.driver.udp.LinkOptions;
import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.soft.roce.driver.udp.Poller;
import io.rtrs.soft.roce.driver.udp.UdpDriver;
import io.rtrs.soft.roce.driver.udp.UdpLink;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The machine's network, by UDP sockets. */
final class UdpNetwork implements Network {
    @Override
    public Optional<String> missing() {
        try {
            UdpDriver.choose();
            return Optional.empty();
        } catch (VerbsException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public List<LocalAddress> addresses() {
        return LocalAddress.all();
    }

    @Override
    public Optional<LocalAddress> find(InetAddress address) {
        return LocalAddress.find(address);
    }

    @Override
    public Optional<String> obstacle(@Nullable InetAddress source, InetAddress destination) {
        return Destinations.obstacle(source, destination);
    }

    /** What the machine's routing says. */
    @Override
    public @Nullable InetAddress sourceFor(InetAddress destination) {
        return Interfaces.sourceFor(new InetSocketAddress(destination, RoceAddress.ROCE_PORT));
    }

    @Override
    public Outlet open(InetAddress address) throws VerbsException {
        return UdpOutlet.of(UdpDriver.choose().open(address, LinkOptions.DEFAULT));
    }

    @Override
    public Outlet openAnyPort(InetAddress address) throws VerbsException {
        return UdpOutlet.of(UdpDriver.choose().openAnyPort(address, LinkOptions.DEFAULT));
    }

    /** A socket with its poller. */
    private record UdpOutlet(UdpLink socket, Poller poller) implements Outlet {
        static Outlet of(UdpLink socket) throws VerbsException {
            Poller poller;
            try {
                poller = socket.facts().driver().poller();
            } catch (VerbsException | RuntimeException | Error e) {
                socket.close();
                throw e;
            }
            poller.add(socket);
            return new UdpOutlet(socket, poller);
        }

        @Override
        public Link link() {
            return socket;
        }

        @Override
        public LocalAddress address() {
            return socket.facts().address();
        }

        @Override
        public Optional<LinkCounters> counters(boolean look) {
            if (look) {
                socket.count();
            }
            return Optional.of(socket.counters());
        }

        @Override
        public int receiveBytes() {
            return socket.facts().receiveBytes();
        }

        @Override
        public Optional<Outlet> another(int index) throws VerbsException {
            UdpLink made = socket.openBeside(index).orElse(null);
            return made == null ? Optional.empty() : Optional.of(of(made));
        }

        @Override
        public void await(long timeoutNs) throws VerbsException {
            poller.await(timeoutNs);
        }

        @Override
        public void wakeup() {
            poller.wakeup();
        }

        @Override
        public void close() {
            poller.close();
            socket.close();
        }
    }
}
