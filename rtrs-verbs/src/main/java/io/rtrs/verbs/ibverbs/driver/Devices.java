package io.rtrs.verbs.ibverbs.driver;

import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_context;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One wrapper for each native context, so that all ids on a device share one context object.
 *
 * <p>librdmacm opens a device once and keeps it open. <b>Threading:</b> safe from any thread.
 */
public final class Devices {
    private final VerbsProvider provider;

    private final ConcurrentHashMap<Long, DeviceContext> contexts = new ConcurrentHashMap<>();

    /** A table of the provider's devices. */
    public Devices(VerbsProvider provider) {
        this.provider = provider;
    }

    /** The provider that owns all handles made from here. */
    VerbsProvider provider() {
        return provider;
    }

    /** The wrapper of a {@code struct ibv_context}; null for a null pointer. */
    @Nullable
    DeviceContext of(long context) throws IOException {
        if (context == 0) {
            return null;
        }
        DeviceContext known = contexts.get(context);
        // A device that was unplugged may leave its address to another one.
        if (known != null && known.getCmd_fd() == NativeMemory.getInt(context + ibv_context.cmd_fd)) {
            return known;
        }
        synchronized (this) {
            DeviceContext again = contexts.get(context);
            if (again == null || again == known) {
                again = new DeviceContext(provider, context);
                contexts.put(context, again);
            }
            return again;
        }
    }
}
