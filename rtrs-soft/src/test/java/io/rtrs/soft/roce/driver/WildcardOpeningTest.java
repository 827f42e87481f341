package io.rtrs.soft.roce.driver;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.verbs.VerbsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many listeners at the wildcard, and an address that comes into use with a connect request for one of them. */
@Timeout(300)
class WildcardOpeningTest {
    private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");
    private static final InetAddress FIRST = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress SECOND = InetAddress.ofLiteral("192.0.2.2");
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.3");

    /** Enough that a thread which drives is between two of them. */
    private static final int LISTENERS = 200;

    private final MemoryNetwork memory = new MemoryNetwork();
    private final CompletableFuture<Node.End> asked = new CompletableFuture<>();

    @Test
    void aRequestForOneThatHearsTheAddressWaitsForNobodyWhoHoldsUpTheOthers() throws Exception {
        Node client = new Node(new SoftRoceProvider(memory.host(CLIENT)));
        Growing network = new Growing();
        Node server = new Node(new SoftRoceProvider(network));
        List<RdmaCmId> listeners = new ArrayList<>();
        for (int i = 0; i < LISTENERS; i++) {
            listeners.add(server.listen(ANY));
        }
        int port = server.addressOf(listeners.getFirst()).getPort();
        network.opened = () -> asked.complete(dial(client, new InetSocketAddress(SECOND, port)));
        network.grown = true;
        FutureTask<RdmaCmId> opening = new FutureTask<>(() -> server.listen(SECOND));
        Thread.ofPlatform().daemon().start(opening);

        listeners.add(opening.get(60, TimeUnit.SECONDS));

        Node.End active = asked.get(60, TimeUnit.SECONDS);
        Node.End passive = server.accept();
        client.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
        server.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
        active.close();
        server.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
        passive.close();
        for (RdmaCmId id : listeners) {
            server.cm.destroyCmId(id);
        }
        server.close();
        client.close();
    }

    private static Node.End dial(Node client, InetSocketAddress destination) {
        try {
            return client.dial(null, destination);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A host that gets a second address, where the request lies before anybody drives. */
    private final class Growing implements Network {
        volatile boolean grown;
        volatile Runnable opened = () -> {};

        @Override
        public Optional<String> missing() {
            return Optional.empty();
        }

        @Override
        public List<LocalAddress> addresses() {
            List<LocalAddress> all = new ArrayList<>(memory.host(FIRST).addresses());
            if (grown) {
                all.addAll(memory.host(SECOND).addresses());
            }
            return all;
        }

        @Override
        public Optional<LocalAddress> find(InetAddress address) {
            return memory.host(address.equals(SECOND) ? SECOND : FIRST).find(address);
        }

        @Override
        public InetAddress sourceFor(InetAddress destination) {
            return FIRST;
        }

        @Override
        public Outlet open(InetAddress address) throws VerbsException {
            Outlet made = memory.host(address).open(address);
            if (!address.equals(SECOND)) {
                return made;
            }
            opened.run();
            return new Late(made);
        }

        @Override
        public Outlet openAnyPort(InetAddress address) throws VerbsException {
            return memory.host(address).openAnyPort(address);
        }
    }

    /**
     * Has nothing to receive until somebody else than its own thread drove: until the first listener hears the address. He
     * goes on when its thread, if it has one, is awake: so that it may drive before the last listener hears the address.
     */
    private static final class Late implements Outlet {
        private static final long PATIENCE_NS = 200_000_000;

        private final Outlet to;
        private final Link link;
        private final AtomicInteger looks = new AtomicInteger();
        private volatile boolean heard;
        private boolean alone;

        Late(Outlet to) {
            this.to = to;
            Link real = to.link();
            this.link = (Link) Proxy.newProxyInstance(
                    Link.class.getClassLoader(), new Class<?>[] {Link.class}, (self, method, arguments) -> {
                        boolean own = Thread.currentThread().getName().startsWith("rtrs-softroce-drive");
                        if (method.getName().equals("flush") && !own) {
                            heard = true;
                            awaitThread();
                        }
                        if (method.getName().equals("receive") && !heard) {
                            return 0;
                        }
                        try {
                            return method.invoke(real, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private void awaitThread() {
            int before = looks.get();
            long endNs = System.nanoTime() + PATIENCE_NS;
            while (!alone && looks.get() == before) {
                Thread.onSpinWait();
                alone = System.nanoTime() - endNs > 0;
            }
        }

        @Override
        public Link link() {
            return link;
        }

        @Override
        public LocalAddress address() {
            return to.address();
        }

        @Override
        public int receiveBytes() {
            return to.receiveBytes();
        }

        @Override
        public Optional<Outlet> another(int index) throws VerbsException {
            return to.another(index);
        }

        @Override
        public void await(long timeoutNs) throws VerbsException {
            looks.incrementAndGet();
            to.await(timeoutNs);
        }

        @Override
        public void wakeup() {
            to.wakeup();
        }

        @Override
        public void close() {
            to.close();
        }
    }
}
