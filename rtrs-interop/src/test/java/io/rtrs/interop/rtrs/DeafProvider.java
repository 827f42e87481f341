package io.rtrs.interop.rtrs;

import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A provider whose event channels can be made to fail. */
final class DeafProvider implements VerbsProvider {
    private final VerbsProvider real;
    private final DeafCm cm;

    DeafProvider(VerbsProvider real) throws VerbsException {
        this.real = real;
        this.cm = new DeafCm(real.cm());
    }

    /** From now on no event channel gives events. */
    void deafen() {
        cm.deaf = true;
        cm.channels.forEach(cm::wakeup);
    }

    @Override
    public String name() {
        return "deaf";
    }

    @Override
    public Optional<String> unavailable() {
        return real.unavailable();
    }

    @Override
    public boolean serves(InetAddress local) {
        return real.serves(local);
    }

    @Override
    public ExtendedCm cm() {
        return cm;
    }

    @Override
    public ExtendedVerbs verbs() throws VerbsException {
        return real.verbs();
    }

    private static final class DeafCm extends ExtendedCm {
        private final ExtendedCm to;
        private final Queue<RdmaEventChannel> channels = new ConcurrentLinkedQueue<>();
        private volatile boolean deaf;

        DeafCm(ExtendedCm to) {
            this.to = to;
        }

        @Override
        public RdmaCmEvent getCmEvent(RdmaEventChannel channel, int timeout) throws IOException {
            RdmaCmEvent event = deaf ? null : to.getCmEvent(channel, timeout);
            if (event == null && deaf) {
                throw new VerbsException("the event channel fails for the test", 5);
            }
            return event;
        }

        @Override
        public RdmaEventChannel createEventChannel() throws IOException {
            RdmaEventChannel channel = to.createEventChannel();
            channels.add(channel);
            return channel;
        }

        @Override
        public RdmaCmId createId(RdmaEventChannel channel, short space) throws IOException {
            return to.createId(channel, space);
        }

        @Override
        public IbvQP createQP(RdmaCmId id, IbvPd pd, IbvQPInitAttr attr) throws IOException {
            return to.createQP(id, pd, attr);
        }

        @Override
        public void bindAddr(RdmaCmId id, SocketAddress address) throws IOException {
            to.bindAddr(id, address);
        }

        @Override
        public void listen(RdmaCmId id, int backlog) throws IOException {
            to.listen(id, backlog);
        }

        @Override
        public void resolveAddr(RdmaCmId id, SocketAddress from, SocketAddress dest, int timeout) throws IOException {
            to.resolveAddr(id, from, dest, timeout);
        }

        @Override
        public void resolveRoute(RdmaCmId id, int timeout) throws IOException {
            to.resolveRoute(id, timeout);
        }

        @Override
        public void connect(RdmaCmId id, RdmaConnParam param) throws IOException {
            to.connect(id, param);
        }

        @Override
        public void accept(RdmaCmId id, RdmaConnParam param) throws IOException {
            to.accept(id, param);
        }

        @Override
        public void reject(RdmaCmId id, byte[] privateData) throws IOException {
            to.reject(id, privateData);
        }

        @Override
        public void reuseAddress(RdmaCmId id) throws IOException {
            to.reuseAddress(id);
        }

        @Override
        public void notifyEstablished(RdmaCmId id) throws IOException {
            to.notifyEstablished(id);
        }

        @Override
        public void wakeup(RdmaEventChannel channel) {
            to.wakeup(channel);
        }

        @Override
        public int ackCmEvent(RdmaCmEvent event) {
            return to.ackCmEvent(event);
        }

        @Override
        public int disconnect(RdmaCmId id) throws IOException {
            return to.disconnect(id);
        }

        @Override
        public int destroyEventChannel(RdmaEventChannel channel) throws IOException {
            channels.remove(channel);
            return to.destroyEventChannel(channel);
        }

        @Override
        public int destroyCmId(RdmaCmId id) throws IOException {
            return to.destroyCmId(id);
        }

        @Override
        public int destroyQP(RdmaCmId id) throws IOException {
            return to.destroyQP(id);
        }

        @Override
        public SocketAddress getSrcAddr(RdmaCmId id) throws IOException {
            return to.getSrcAddr(id);
        }

        @Override
        public SocketAddress getDstAddr(RdmaCmId id) throws IOException {
            return to.getDstAddr(id);
        }

        @Override
        public int destroyEp(RdmaCmId id) throws IOException {
            return to.destroyEp(id);
        }
    }
}
