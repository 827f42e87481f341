package io.rtrs.soft;

import com.ibm.disni.verbs.IbvContext;
import io.rtrs.soft.memory.KeyTable;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** The one device of a provider in software: its limits and its memory keys. */
public final class Device extends IbvContext implements ProviderOwned {
    /** Work requests in one work queue. */
    public static final int MAX_QP_WR = 1 << 16;

    /** SGEs of one work request. */
    public static final int MAX_SGE = 32;

    /** Entries of one completion queue. */
    public static final int MAX_CQE = 1 << 20;

    /** READs and atomics under way on one connection, each way; as many as rxe has. */
    public static final int MAX_READS = 128;

    /** DiSNI tells devices by their file descriptors, which these have not. */
    private static final AtomicInteger LAST_NUMBER = new AtomicInteger();

    private static final int MAX_QP = 1 << 20;

    /** The keys of all domains. */
    public final KeyTable keys;

    private final VerbsProvider provider;
    private final String name;
    private final long guid;
    private final boolean postEntersKernel;
    private final boolean windowsAtHand;

    /** Creates the device of a provider; the last two are as in {@link DeviceAttr}. Its keys are drawn securely. */
    public Device(VerbsProvider provider, String name, long guid, boolean postEntersKernel, boolean windowsAtHand)
            throws IOException {
        this(provider, name, guid, postEntersKernel, windowsAtHand, new SecureRandom()::nextInt);
    }

    /**
     * Creates the device of a provider.
     *
     * @param random where its keys are drawn from
     */
    public Device(
            VerbsProvider provider,
            String name,
            long guid,
            boolean postEntersKernel,
            boolean windowsAtHand,
            IntSupplier random)
            throws IOException {
        super(LAST_NUMBER.decrementAndGet(), 1);
        this.keys = new KeyTable(random);
        this.provider = provider;
        this.name = name;
        this.guid = guid;
        this.postEntersKernel = postEntersKernel;
        this.windowsAtHand = windowsAtHand;
    }

    /** What it can do. */
    public DeviceAttr attributes() {
        return new DeviceAttr(
                name,
                guid,
                MAX_QP,
                MAX_QP_WR,
                MAX_SGE,
                MAX_CQE,
                KeyTable.MAX_KEYS,
                Long.MAX_VALUE,
                KeyTable.MAX_KEYS,
                true,
                true,
                true,
                postEntersKernel,
                windowsAtHand);
    }

    @Override
    public VerbsProvider provider() {
        return provider;
    }
}
