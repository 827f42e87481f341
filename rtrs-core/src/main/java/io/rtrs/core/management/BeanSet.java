package io.rtrs.core.management;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The beans of one session or server, registered with the platform's server of JMX: {@link #show} makes them those that there
 * should be.
 *
 * <p><b>Threading:</b> any thread; one at a time changes. <b>Errors:</b> what cannot be registered is logged, and the session
 * or server goes on without it.
 */
public final class BeanSet {
    /** The domain of all names. */
    public static final String DOMAIN = "io.rtrs";

    private static final Logger LOG = LoggerFactory.getLogger(BeanSet.class);

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final Set<ObjectName> registered = new HashSet<>();
    private boolean closed;

    /** Makes an empty set. */
    public BeanSet() {}

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

    /** Whether anybody has registered a bean of that name. */
    public boolean isTaken(ObjectName name) {
        return server.isRegistered(name);
    }

    /** Registers those that are new, and takes back those that are no more; after {@link #close} nothing. */
    public synchronized void show(Map<ObjectName, ManagedBean> beans) {
        if (closed) {
            return;
        }
        for (ObjectName name : Set.copyOf(registered)) {
            if (!beans.containsKey(name)) {
                unregister(name);
            }
        }
        new TreeMap<>(beans).forEach((name, bean) -> {
            if (!registered.contains(name)) {
                register(name, bean);
            }
        });
    }

    private void register(ObjectName name, ManagedBean bean) {
        try {
            server.registerMBean(bean, name);
            registered.add(name);
        } catch (InstanceAlreadyExistsException e) {
            LOG.warn("JMX: there is a bean {} already; this one is not shown", name);
        } catch (JMException | RuntimeException e) {
            LOG.warn("JMX: {} cannot be registered", name, e);
        }
    }

    private void unregister(ObjectName name) {
        registered.remove(name);
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            LOG.debug("JMX: somebody else has unregistered {}", name);
        } catch (JMException | RuntimeException e) {
            LOG.warn("JMX: {} cannot be unregistered", name, e);
        }
    }

    /** Takes all of them back, for good. */
    public synchronized void close() {
        show(Map.of());
        closed = true;
    }
}
