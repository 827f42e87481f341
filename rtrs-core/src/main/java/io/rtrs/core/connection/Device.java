package io.rtrs.core.connection;

import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvPd;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;

/**
 * A device opened for a path or a session: its context, one protection domain on it, and what it can do.
 *
 * <p><b>Ownership:</b> closed by whoever opened it, after every queue pair, region and window of the domain is gone.
 */
public final class Device implements AutoCloseable {
    private final ExtendedCm cm;
    private final ExtendedVerbs verbs;
    private final IbvContext context;
    private final IbvPd pd;
    private final DeviceAttr attributes;
    private boolean closed;

    private Device(ExtendedCm cm, ExtendedVerbs verbs, IbvContext context, IbvPd pd, DeviceAttr attributes) {
        this.cm = cm;
        this.verbs = verbs;
        this.context = context;
        this.pd = pd;
        this.attributes = attributes;
    }

    /** Allocates a protection domain on the device of the context. */
    public static Device open(VerbsProvider provider, IbvContext context) throws IOException {
        ExtendedVerbs verbs = provider.verbs();
        DeviceAttr attributes = verbs.queryDevice(context);
        return new Device(provider.cm(), verbs, context, verbs.allocPd(context), attributes);
    }

    public ExtendedCm cm() {
        return cm;
    }

    public ExtendedVerbs verbs() {
        return verbs;
    }

    public IbvContext context() {
        return context;
    }

    public IbvPd pd() {
        return pd;
    }

    public DeviceAttr attributes() {
        return attributes;
    }

    /** Frees the protection domain; a second call does nothing. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            verbs.deallocPd(pd);
            closed = true;
        }
    }
}
