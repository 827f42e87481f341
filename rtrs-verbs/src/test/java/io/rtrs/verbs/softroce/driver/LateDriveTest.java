package io.rtrs.verbs.softroce.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.verbs.softroce.cm.CmIdentity;
import io.rtrs.verbs.softroce.cm.ConnectParameters;
import io.rtrs.verbs.softroce.cm.message.PrivateData;
import io.rtrs.verbs.softroce.driver.udp.LocalAddress;
import io.rtrs.verbs.softroce.endpoint.ConnectionEvents;
import io.rtrs.verbs.softroce.endpoint.Endpoint;
import io.rtrs.verbs.softroce.endpoint.EndpointTuning;
import io.rtrs.verbs.softroce.endpoint.QueuePairNumbers;
import io.rtrs.verbs.softroce.link.Link;
import io.rtrs.verbs.softroce.link.PacketSink;
import io.rtrs.verbs.softroce.link.Peer;
import io.rtrs.verbs.softroce.wire.Gid;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process that stood still reads its socket before it heeds its clocks: the answers lie there. */
class LateDriveTest {
    private static final long LONG_AGO_NS = TimeUnit.HOURS.toNanos(1);

    private final Recorder recorder = new Recorder();
    private final Endpoint endpoint = new Endpoint(
            recorder,
            new CmIdentity(recorder.local(), 1, 1, recorder.pathMtu()),
            new QueuePairNumbers(() -> 1 << 8),
            EndpointTuning.DEFAULT,
            (ConnectionEvents) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {ConnectionEvents.class},
                    (self, method, args) -> null));
    private final Drive drive = new Drive(endpoint, recorder, System::nanoTime);

    /** A request was sent at that time; its first repetition is due within seconds. */
    private void connect(long ageNs) {
        drive.run(now -> (int) endpoint.connections()
                .connect(
                        new ConnectParameters(
                                Gid.ofIpv4(0x7f00_0002), 1, 2, 3, 4, 1024, 0, 0, 7, 7, 17, false, PrivateData.EMPTY),
                        now - ageNs));
    }

    @Test
    void aTurnForWhatWasPostedTakesAllThatArrivedFirstIfADeadlineHasPassed() {
        recorder.batches = 3;
        connect(LONG_AGO_NS);
        // the request, three full batches and the end, the repetition
        assertThat(recorder.calls).startsWith("send", "receive", "receive", "receive", "receive", "send");
    }

    @Test
    void itLeavesTheSocketAloneIfNoneHas() {
        connect(0);
        drive.transmit();
        assertThat(recorder.calls).containsExactly("send");
    }

    /** A link whose socket holds some full batches of datagrams that say nothing. */
    private static final class Recorder implements Link, Outlet {
        final List<String> calls = new ArrayList<>();
        int batches;
        private final MemorySegment memory = Arena.ofAuto().allocate(8192, 64);

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
            return 0;
        }

        @Override
        public int receive(PacketSink sink, int limit, long nowNs) {
            calls.add("receive");
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
}
