package io.rtrs.soft.roce.driver;

import com.ibm.disni.verbs.IbvQP;
import io.rtrs.soft.Device;
import io.rtrs.soft.Live;
import io.rtrs.soft.SoftwareVerbs;
import io.rtrs.soft.completion.Channel;
import io.rtrs.soft.completion.CompletionQueue;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** The verbs of queue pairs over UDP. */
final class SoftVerbs extends SoftwareVerbs {
    private final Registry registry;

    SoftVerbs(Registry registry, Live live) {
        super(live);
        this.registry = registry;
    }

    /** Data moves in turns: they are over, for all that began before. */
    @Override
    protected void awaitCopies() {
        registry.awaitTurns();
    }

    @Override
    protected Channel newChannel(Device device) throws IOException {
        return new SoftChannel(device, device.provider());
    }

    @Override
    protected CompletionQueue newQueue(Device device, @Nullable Channel events, int entries) throws IOException {
        return new SoftQueue(device, device.provider(), (SoftChannel) events, entries);
    }

    @Override
    public void acknowledgeFirst(IbvQP qp) {
        ((SoftQp) qp).acknowledgeFirst();
    }

    @Override
    public long silenceNs(IbvQP qp) {
        return ((SoftQp) qp).silenceNs();
    }

    @Override
    public void modifyToError(IbvQP qp) {
        ((SoftQp) qp).fail();
    }
}
