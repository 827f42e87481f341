package io.rtrs.soft.memory;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * A memory window. Its monitor is held while it is bound or revoked and while data moves through it: when a revocation has
 * completed, nothing moves through the window any more.
 */
public final class Window extends MemoryWindow implements ProviderOwned, Keyed {
    private final Domain domain;

    /** The key of the last bind that was posted. */
    private volatile int postedKey;

    private volatile int key;

    // Guarded by this.
    private @Nullable Region region;
    private @Nullable Object binder;
    private long base;
    private long size;
    private int permissions;

    /** Creates a window that {@link KeyTable#put} makes findable. */
    public Window(Domain domain, int type, int key) {
        super(domain, type);
        this.domain = domain;
        this.postedKey = key;
        this.key = key;
    }

    @Override
    public int rkey() {
        return postedKey;
    }

    /** A bind with this key was posted. */
    public void posted(int newKey) {
        postedKey = newKey;
    }

    @Override
    public int key() {
        return key;
    }

    /** The domain in which its key works. */
    public Domain domain() {
        return domain;
    }

    @Override
    public VerbsProvider provider() {
        return domain.provider();
    }

    /**
     * Executes a bind; false if the rules forbid it (spec/rocev2.md 9.4).
     *
     * @param qp the queue pair that binds, to which a window of type 2 is tied
     * @param in its domain
     */
    public synchronized boolean bind(
            Object qp, IbvPd in, int newKey, @Nullable Region to, long address, long length, int access) {
        boolean sameIndex = newKey >>> 8 == key >>> 8;
        if (!sameIndex || domain != in || (type() == TYPE_2 && (region != null || newKey == key))) {
            return false;
        }
        if (length == 0) {
            if (type() == TYPE_2) {
                return false;
            }
            unbind();
            key = newKey;
            return true;
        }
        if (to == null || !bindable(to, address, length, access)) {
            return false;
        }
        unbind();
        to.windows.incrementAndGet();
        region = to;
        binder = qp;
        base = address;
        size = length;
        permissions = access;
        key = newKey;
        return true;
    }

    private boolean bindable(Region to, long address, long length, int access) {
        int writing = IbvMr.IBV_ACCESS_REMOTE_WRITE | IbvMr.IBV_ACCESS_REMOTE_ATOMIC;
        return to.domain == domain
                && domain.keys.region(to.fixedKey) == to
                && (to.permissions & IbvMr.IBV_ACCESS_MW_BIND) != 0
                && ((access & writing) == 0 || to.allowsWrite())
                && to.covers(address, length);
    }

    /** Executes an invalidation that reached {@code qp}; only bound windows of type 2 have one. */
    public synchronized boolean invalidate(Object qp, int rkey) {
        if (type() != TYPE_2 || region == null || binder != qp || key != rkey) {
            return false;
        }
        unbind();
        return true;
    }

    @Override
    public synchronized boolean revoke() {
        if (postedKey != key) {
            return false;
        }
        unbind();
        return true;
    }

    /** Ends the binding, if there is one. */
    public synchronized void unbind() {
        Region bound = region;
        if (bound != null) {
            bound.windows.decrementAndGet();
            region = null;
            binder = null;
        }
    }

    /** Whether somebody may write to the range by this key now. */
    public synchronized boolean admits(int rkey, long address, long length) {
        return region != null
                && key == rkey
                && (permissions & IbvMr.IBV_ACCESS_REMOTE_WRITE) != 0
                && Memory.inside(base, size, address, length);
    }

    /**
     * The region behind the window, if {@code qp} of the domain {@code in} may access the range by this key; the caller
     * holds the monitor for as long as it uses the region.
     */
    public @Nullable Region open(Object qp, IbvPd in, int rkey, long address, long length, int access) {
        assert Thread.holdsLock(this);
        boolean allowed = key == rkey
                && domain == in
                && (type() == TYPE_1 || binder == qp)
                && (permissions & access) == access
                && Memory.inside(base, size, address, length);
        return allowed ? region : null;
    }

    /** Why {@link #open} gives nothing. */
    public synchronized Refusal refusal(Object qp, IbvPd in, int rkey, long address, long length, int access) {
        if (region == null || key != rkey) {
            return Refusal.INVALID;
        }
        boolean associated = domain == in && (type() == TYPE_1 || binder == qp);
        return Refusal.of(associated, (permissions & access) == access, address, length);
    }
}
