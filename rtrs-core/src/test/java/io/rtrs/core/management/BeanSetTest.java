package io.rtrs.core.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The beans of somebody, while threads, other beans and listeners come in between. */
@Timeout(60)
class BeanSetTest {
    private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();

    private final BeanSet beans = new BeanSet("the test");

    @AfterEach
    void closes() {
        beans.close();
    }

    private static ObjectName name(String of) {
        return BeanSet.name("Test", "name", of);
    }

    private static ManagedBean bean() {
        return new ManagedBean("A bean of a test.");
    }

    @Test
    void whoLookedLastIsWhoCounts() throws Exception {
        CountDownLatch looked = new CountDownLatch(1);
        Thread later = new Thread(() -> beans.show(() -> Map.of(name("new"), bean())));
        Thread earlier = new Thread(() -> beans.show(() -> {
            looked.countDown();
            await().until(() ->
                    later.getState() == Thread.State.BLOCKED || later.getState() == Thread.State.TERMINATED);
            return Map.of(name("old"), bean());
        }));
        earlier.start();
        looked.await();
        later.start();
        earlier.join();
        later.join();
        assertThat(JMX.isRegistered(name("new"))).isTrue();
        assertThat(JMX.isRegistered(name("old"))).isFalse();
    }

    @Test
    void aNameThatSomebodyElseHasIsLeftToHim() {
        BeanSet other = new BeanSet("another");
        assertThat(beans.claim(name("one"), bean())).isTrue();
        assertThat(other.claim(name("one"), bean())).isFalse();
        other.show(() -> Map.of(name("one"), bean(), name("two"), bean()));
        assertThat(JMX.isRegistered(name("two"))).isTrue();
        other.close();
        assertThat(JMX.isRegistered(name("one"))).isTrue();
        assertThat(JMX.isRegistered(name("two"))).isFalse();
    }

    @Test
    void aLookThatFailsKeepsNobody() {
        beans.show(() -> {
            throw new IllegalStateException("thrown by the test");
        });
        beans.show(() -> Map.of(name("one"), bean()));
        assertThat(JMX.isRegistered(name("one"))).isTrue();
    }
}
