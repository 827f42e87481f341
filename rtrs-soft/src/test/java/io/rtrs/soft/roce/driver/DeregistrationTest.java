package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import io.rtrs.soft.Ambient;
import io.rtrs.soft.Live;
import io.rtrs.verbs.MemoryRegion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Memory may be freed as soon as it is deregistered: no turn that might have found it goes on. */
@Timeout(120)
class DeregistrationTest {
    private final Live live = new Live();
    private final Registry registry = new Registry(new SoftRoceProvider(), live, new UdpNetwork(), Ambient.real());
    private final SoftVerbs verbs = new SoftVerbs(registry, live);
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean overWhenDeregistered = new AtomicBoolean();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    @Test
    void aTurnThatGoesOnIsWaitedFor() throws Exception {
        Site site = registry.useToConnect(InetAddress.ofLiteral("127.0.0.1"), true);
        try (Arena arena = Arena.ofShared()) {
            IbvPd pd = verbs.allocPd(registry.device());
            MemoryRegion region = verbs.regMr(pd, arena.allocate(4096), IbvMr.IBV_ACCESS_LOCAL_WRITE);
            CountDownLatch begun = new CountDownLatch(1);
            Thread deregisters = Thread.ofPlatform().unstarted(() -> deregister(region, begun));
            deregisters.start();
            site.first().call(() -> {
                begun.countDown();
                // Nothing else can make it wait: the turn is this one.
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> asked.get() && deregisters.getState() != Thread.State.RUNNABLE);
                over.set(true);
                return over;
            });
            deregisters.join();
            assertThat(failure.get()).isNull();
            assertThat(overWhenDeregistered).isTrue();
        } finally {
            registry.release(site);
        }
    }

    private void deregister(MemoryRegion region, CountDownLatch begun) {
        try {
            begun.await();
            asked.set(true);
            verbs.deregMr(region).execute().free();
            overWhenDeregistered.set(over.get());
        } catch (Exception e) {
            failure.set(e);
        }
    }
}
