package io.rtrs.soft.roce.driver;

import io.rtrs.soft.roce.cm.CmIdentity;
import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.soft.roce.endpoint.ConnectionEvents;
import io.rtrs.soft.roce.endpoint.Endpoint;
import io.rtrs.soft.roce.endpoint.EndpointTuning;
import io.rtrs.soft.roce.endpoint.QueuePairNumbers;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Gid;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A link whose socket holds some full batches of datagrams that say nothing. */
final class Recorder implements Link, Outlet {
    final List<String> calls = new ArrayList<>();
    int batches;
    int flushes;

    /** What happens while somebody receives. */
    Runnable whileReceiving = () -> {};

    private final MemorySegment memory = Arena.ofAuto().allocate(8192, 64);

    /** A drive of it, with an endpoint of its own whose consumer hears nothing. */
    Drive drive() {
        Endpoint endpoint = new Endpoint(
                this,
                new CmIdentity(local(), 1, 1, pathMtu()),
                new QueuePairNumbers(() -> 1 << 8),
                EndpointTuning.DEFAULT,
                (ConnectionEvents) Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {ConnectionEvents.class},
                        (self, method, arguments) -> null));
        return new Drive(endpoint, this, System::nanoTime);
    }

    @Override
    public Gid local() {
        return Gid.ofIpv4(0x7f00_0001);
    }

    @Override
    public int pathMtu() {
        return 1024;
    }

    @Override
    public MemorySegment transmitMemory() {
        return memory;
    }

    @Override
    public long reserve(Peer to, int length) {
        return 0;
    }

    @Override
    public void commit() {
        calls.add("send");
    }

    @Override
    public int flush() {
        flushes++;
        return 0;
    }

    @Override
    public int receive(PacketSink sink, int limit, long nowNs) {
        calls.add("receive");
        whileReceiving.run();
        return batches-- > 0 ? limit : 0;
    }

    @Override
    public Link link() {
        return this;
    }

    @Override
    public LocalAddress address() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int receiveBytes() {
        return 0;
    }

    @Override
    public Optional<Outlet> another(int index) {
        return Optional.empty();
    }

    @Override
    public void await(long timeoutNs) {
        // Nobody sleeps here.
    }

    @Override
    public void wakeup() {
        // Nobody sleeps here.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
