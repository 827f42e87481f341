package io.rtrs.soft.iwarp.driver;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvQP;
import io.rtrs.soft.Device;
import io.rtrs.soft.Live;
import io.rtrs.soft.SoftwareVerbs;
import io.rtrs.soft.completion.Channel;
import io.rtrs.soft.completion.CompletionQueue;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** The verbs of queue pairs over TCP. */
final class IwarpVerbs extends SoftwareVerbs {
    private final Registry registry;

    IwarpVerbs(Registry registry, Live live) {
        super(live);
        this.registry = registry;
    }

    /** Data moves in turns: they are over, for all that began before. */
    @Override
    protected void awaitCopies() {
        registry.drives().forEach(StreamDrive::awaitTurn);
    }

    @Override
    protected Channel newChannel(Device device) throws IOException {
        return new IwarpChannel(device, device.provider(), registry.tcp());
    }

    @Override
    protected CompletionQueue newQueue(Device device, @Nullable Channel events, int entries) throws IOException {
        return new IwarpQueue(device, device.provider(), registry.tcp(), (IwarpChannel) events, entries);
    }

    @Override
    public int destroyCompChannel(IbvCompChannel channel) throws VerbsException {
        int result = super.destroyCompChannel(channel);
        ((IwarpChannel) channel).set().close();
        return result;
    }

    @Override
    public int destroyCQ(IbvCQ queue) throws VerbsException {
        int result = super.destroyCQ(queue);
        ((IwarpQueue) queue).closeSet();
        return result;
    }

    @Override
    public long silenceNs(IbvQP qp) {
        return ((IwarpQp) qp).silenceNs();
    }

    @Override
    public void modifyToError(IbvQP qp) {
        ((IwarpQp) qp).fail();
    }
}
