package io.rtrs.interop.rtrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.DeviceAttr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetSocketAddress;
import java.util.Set;
import java.util.TreeSet;

/** Whatever step of opening a session fails, nothing is left behind. */
@Timeout(Subject.PATIENCE_S * 5)
class ClientConstructionTest {
    private static final int STEPS_MAX = 500;

    @Test
    void everyStepOfOpeningMayFailAndLeavesNothing() throws Exception {
        assumeTrue(Subject.isSoftware()); // elsewhere nobody counts all handles
        Set<String> failed = new TreeSet<>();
        try (RawServer server = new RawServer(new RawScript());
                ClientSession warm = ClientBadInputTest.client(server).open()) {
            assertThat(warm.queueDepth()).isEqualTo(RawScript.QUEUE_DEPTH);
        }
        Object before = Subject.handles();
        int step = 1;
        for (boolean opened = false; !opened && step < STEPS_MAX; step++) {
            FailingProvider provider = new FailingProvider(Subject.PROVIDER, step);
            try (RawServer server = new RawServer(new RawScript())) {
                opened = tryOpen(provider, server);
            }
            failed.add(provider.failed());
            if (provider.failed().equals("postRecv")) { // some receives are posted; what they point to is freed later
                assertThat(provider.regionsAtStop).isEqualTo(provider.regionsAtFailure);
            }
            Clients.awaitHandles(before);
        }
        assertThat(step).isBetween(50, STEPS_MAX - 1);
        assertThat(failed)
                .contains("createEventChannel", "createId", "resolveAddr", "resolveRoute", "connect", "createQP")
                .contains("allocPd", "createCQ", "createCompChannel", "regMr", "allocMw", "postSend", "postRecv")
                .contains("pollCQ", "reqNotifyCQ", "queryDevice");
    }

    @ParameterizedTest(name = "max_qp_wr {0}, max_cqe {1}")
    @CsvSource({"70,100000,max_qp_wr = 70", "10000,100,max_cqe = 100"})
    void aDeviceThatIsTooSmallIsNamedWithItsLimit(int maxQpWr, int maxCqe, String limit) throws Exception {
        assumeTrue(Subject.isSoftware());
        Object before = Subject.handles();
        FailingProvider provider = new FailingProvider(Subject.PROVIDER, 0, d -> small(d, maxQpWr, maxCqe));
        try (RawServer server = new RawServer(new RawScript())) {
            assertThatThrownBy(() -> Clients.to(new InetSocketAddress(Subject.ADDRESS, server.port()))
                            .provider(provider)
                            .open())
                    .hasMessageContaining(limit)
                    .isInstanceOfSatisfying(
                            RtrsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
        }
        Clients.awaitHandles(before);
    }

    /** The same device with smaller queues. */
    static DeviceAttr small(DeviceAttr d, int maxQpWr, int maxCqe) {
        return new DeviceAttr(
                d.name(),
                d.nodeGuid(),
                d.maxQp(),
                maxQpWr,
                d.maxSge(),
                maxCqe,
                d.maxMr(),
                d.maxMrSize(),
                d.maxMw(),
                d.windowType1(),
                d.windowType2(),
                d.localInvalidate(),
                d.postEntersKernel(),
                d.windowsAtHand());
    }

    private static boolean tryOpen(FailingProvider provider, RawServer server) throws RtrsException {
        try (ClientSession session = Clients.to(new InetSocketAddress(Subject.ADDRESS, server.port()))
                .sessionName("steps")
                .ioConnections(1)
                .copyBuffers(true)
                .provider(provider)
                .open()) {
            RegisteredMemory memory = session.allocate(512);
            session.write(Clients.header(0, 0), memory, 0, 512);
            return true;
        } catch (RtrsException e) {
            if (provider.failed().isEmpty()) {
                throw e;
            }
            assertThat(e.errno()).as(e.getMessage()).isEqualTo(Errno.ENOMEM);
            assertThat(e).hasMessageContaining(provider.failed() + " fails for the test");
            return false;
        }
    }
}
