package io.rtrs.cli.attach;

import io.rtrs.core.management.BeanSet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.rmi.server.RMISocketFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.management.Attribute;
import javax.management.InstanceNotFoundException;
import javax.management.InvalidAttributeValueException;
import javax.management.JMException;
import javax.management.JMRuntimeException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** A process that is looked into. <b>Threading:</b> one thread. */
public final class Attached implements AutoCloseable {
    private static final List<String> ORDER =
            List.of("ClientSession", "ClientPath", "Server", "ServerSession", "ServerPath", "Provider");

    private final long pid;
    private final JMXConnector connector;
    private final MBeanServerConnection server;

    private Attached(long pid, JMXConnector connector) throws IOException {
        this.pid = pid;
        this.connector = connector;
        this.server = connector.getMBeanServerConnection();
    }

    /**
     * Attaches to a process.
     *
     * @throws IOException if that cannot be; the message says what to do
     */
    @SuppressWarnings("BanJNDI") // a process of this user, which gave the address itself
    public static Attached to(long pid) throws IOException {
        String address = JavaProcess.jmxAddress(pid);
        Loopback.use();
        try {
            return new Attached(pid, JMXConnectorFactory.connect(new JMXServiceURL(address)));
        } catch (IOException | SecurityException e) {
            throw new IOException(
                    "process " + pid + " was attached to, but its JMX server cannot be reached (" + e.getMessage()
                            + "); it must be in the same network namespace",
                    e);
        }
    }

    /** The process. */
    public long pid() {
        return pid;
    }

    /**
     * What all beans of RTRS say now.
     *
     * @throws IOException if the process has ended, or there is nothing of RTRS in it
     */
    public List<Bean> look() throws IOException {
        List<Bean> beans = new ArrayList<>();
        try {
            for (ObjectName name : server.queryNames(new ObjectName(BeanSet.DOMAIN + ":*"), null)) {
                try {
                    beans.add(read(name));
                } catch (InstanceNotFoundException e) {
                    // gone since
                }
            }
        } catch (JMException | JMRuntimeException e) {
            throw new IOException("reading the beans of process " + pid + ": " + why(e), e);
        } catch (IOException e) {
            throw unanswered(e);
        }
        if (beans.isEmpty()) {
            throw new IOException("process " + pid + " has no RTRS session and no server now, or keeps them from JMX"
                    + " (management(false))");
        }
        beans.sort((a, b) -> {
            int byType = Integer.compare(ORDER.indexOf(a.type()), ORDER.indexOf(b.type()));
            return byType != 0 ? byType : a.name().compareTo(b.name());
        });
        return beans;
    }

    private Bean read(ObjectName name) throws JMException, IOException {
        String[] attributes = Arrays.stream(server.getMBeanInfo(name).getAttributes())
                .map(MBeanAttributeInfo::getName)
                .toArray(String[]::new);
        Map<String, Object> values = new LinkedHashMap<>();
        for (Attribute attribute : server.getAttributes(name, attributes).asList()) {
            values.put(attribute.getName(), attribute.getValue());
        }
        return new Bean(name.getKeyProperty("type"), name, values);
    }

    /**
     * Writes an attribute, which may take as long as what it starts.
     *
     * @throws IOException if the process refuses; the message is its own
     */
    public void write(Bean bean, String attribute, String value) throws IOException {
        try {
            server.setAttribute(bean.name(), new Attribute(attribute, value));
        } catch (InstanceNotFoundException e) {
            throw new IOException(bean.title() + " is gone since", e);
        } catch (MBeanException | InvalidAttributeValueException e) {
            throw new IOException(why(e), e);
        } catch (JMException | JMRuntimeException e) {
            throw new IOException(attribute + " of " + bean.title() + ": " + why(e), e);
        } catch (IOException e) {
            throw unanswered(e);
        }
    }

    /** The process has not answered, or in a way that cannot be read here. */
    private IOException unanswered(IOException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ClassNotFoundException) {
                return new IOException(
                        "process " + pid + " answered with an exception that is not known here: " + cause.getMessage(),
                        e);
            }
        }
        return new IOException("process " + pid + " does not answer any more: it has ended, or is about to", e);
    }

    /** What made it fail, without the wrapping of the management. */
    private static String why(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && (cause instanceof JMException || cause instanceof JMRuntimeException)) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }

    /**
     * A JMX server that serves its own machine alone tells clients the host's address, which a network namespace need not be
     * able to reach; it listens on loopback, too.
     */
    private static final class Loopback extends RMISocketFactory {
        private static boolean used;

        static synchronized void use() throws IOException {
            if (!used) {
                RMISocketFactory.setSocketFactory(new Loopback());
                used = true;
            }
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return new ServerSocket(port, 0, InetAddress.getLoopbackAddress());
        }
    }
}
