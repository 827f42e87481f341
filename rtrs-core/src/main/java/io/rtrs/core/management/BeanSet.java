package io.rtrs.core.management;

import io.rtrs.core.work.UserCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The beans of one session or server, registered with the platform's server of JMX: {@link #show} makes them those that there
 * should be.
 *
 * <p><b>Threading:</b> any thread; one at a time looks at what there is and changes the beans, so that the last look counts.
 * <b>Errors:</b> whatever fails is logged once, and the session or server goes on without it: the server of JMX may be the
 * application's own, and listeners to what is registered are.
 */
public final class BeanSet {
    /** The domain of all names. */
    public static final String DOMAIN = "io.rtrs";

    private static final Logger LOG = LoggerFactory.getLogger(BeanSet.class);

    private final String owner;
    private final Set<ObjectName> registered = new HashSet<>();
    private boolean told;
    private boolean closed;

    /** Makes an empty set; the owner is named in the log. */
    public BeanSet(String owner) {
        this.owner = owner;
    }

    /**
     * A name; each value is quoted, so it may be any text.
     *
     * @param type what it is the bean of
     * @param keysAndValues more of the name, in turn
     */
    public static ObjectName name(String type, String... keysAndValues) {
        StringBuilder text = new StringBuilder(DOMAIN).append(":type=").append(type);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            text.append(',').append(keysAndValues[i]).append('=').append(ObjectName.quote(keysAndValues[i + 1]));
        }
        try {
            return new ObjectName(text.toString());
        } catch (JMException e) {
            throw new IllegalArgumentException(text.toString(), e);
        }
    }

    /** Registers a bean, unless somebody else has one of that name; false if so. */
    public synchronized boolean claim(ObjectName name, ManagedBean bean) {
        boolean[] free = {true};
        safely(() -> {
            try {
                register(name, bean);
            } catch (InstanceAlreadyExistsException e) {
                free[0] = false;
            }
        });
        return free[0];
    }

    /** Registers those that are new, and takes back those that are no more; after {@link #close} nothing. */
    public synchronized void show(Supplier<Map<ObjectName, ManagedBean>> beans) {
        if (!closed) {
            safely(() -> show(beans.get()));
        }
    }

    private void show(Map<ObjectName, ManagedBean> beans) {
        for (ObjectName name : Set.copyOf(registered)) {
            if (!beans.containsKey(name)) {
                registered.remove(name);
                safely(() -> unregister(name));
            }
        }
        new TreeMap<>(beans).forEach((name, bean) -> {
            if (!registered.contains(name)) {
                safely(() -> register(name, bean));
            }
        });
    }

    private void register(ObjectName name, ManagedBean bean) throws JMException {
        ManagementFactory.getPlatformMBeanServer().registerMBean(bean, name);
        registered.add(name);
    }

    private static void unregister(ObjectName name) throws JMException {
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            LOG.debug("JMX: somebody else has unregistered {}", name);
        }
    }

    /** What an operator should see, and nobody else depends on. */
    private interface Step {
        void run() throws JMException;
    }

    private void safely(Step step) {
        try {
            step.run();
        } catch (Throwable e) {
            if (told) {
                LOG.debug("JMX: {}", owner, e);
            } else {
                told = true;
                LOG.warn("JMX: {} is not shown, or not all of it; nothing else is affected", owner, e);
            }
        } finally {
            UserCode.left();
        }
    }

    /** Takes all of them back, for good. */
    public synchronized void close() {
        show(Map.of());
        closed = true;
    }
}
