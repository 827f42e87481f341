package io.rtrs.interop.rtrs;

import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.net.InetAddress;
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

    private static final class DeafCm extends ForwardingCm {
        private final Queue<RdmaEventChannel> channels = new ConcurrentLinkedQueue<>();
        private volatile boolean deaf;

        DeafCm(ExtendedCm to) {
            super(to);
        }

        @Override
        public RdmaCmEvent getCmEvent(RdmaEventChannel channel, int timeout) throws IOException {
            RdmaCmEvent event = deaf ? null : super.getCmEvent(channel, timeout);
            if (event == null && deaf) {
                throw new VerbsException("the event channel fails for the test", 5);
            }
            return event;
        }

        @Override
        public RdmaEventChannel createEventChannel() throws IOException {
            RdmaEventChannel channel = super.createEventChannel();
            channels.add(channel);
            return channel;
        }

        @Override
        public int destroyEventChannel(RdmaEventChannel channel) throws IOException {
            channels.remove(channel);
            return super.destroyEventChannel(channel);
        }
    }
}
