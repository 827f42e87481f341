package io.rtrs.verbs;

import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaProvider;
import com.ibm.disni.verbs.RdmaVerbs;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;

/**
 * What DiSNI's static entry points lead to: each call goes to the provider that made the object it is about.
 *
 * <p>DiSNI's own {@code RdmaProvider.provider()} knows one implementation only, which needs a native library of its own.
 * Every constructor of DiSNI's objects asks it. {@link #install()} puts this class in its place, so that programs written
 * for DiSNI run on our providers, several of them in one JVM. Calls without an object, which are only {@code
 * createEventChannel}, go to the {@linkplain #setDefault default}.
 *
 * <p><b>Threading:</b> all methods are safe from any thread.
 */
public final class DisniProvider extends RdmaProvider {
    private static final int EBUSY = 16;

    private static final DisniProvider INSTANCE = new DisniProvider();

    private static final VarHandle PROVIDER = providerField();

    private static volatile @Nullable VerbsProvider defaultProvider;

    private final RdmaCm cm = new DisniCm();

    private final RdmaVerbs verbs = new DisniVerbs();

    private DisniProvider() {}

    /**
     * Makes DiSNI use our providers; further calls do nothing. Providers call it before they make any object; a program
     * written for DiSNI calls it first in its {@code main}.
     */
    public static void install() {
        // Objects keep the implementation that they found when they were made, so replacing another one harms none.
        if (PROVIDER.getVolatile() != INSTANCE) {
            PROVIDER.setVolatile(INSTANCE);
            DisniAffinity.define();
        }
    }

    /**
     * Chooses the provider of event channels that DiSNI's {@code RdmaEventChannel.createEventChannel()} makes, and with
     * them of everything that follows from one; null restores the automatic choice.
     */
    public static void setDefault(@Nullable VerbsProvider provider) {
        defaultProvider = provider;
    }

    /** The provider for calls that are about no object: the one that was set, else the automatic choice. */
    static VerbsProvider defaultProvider() throws VerbsException {
        VerbsProvider chosen = defaultProvider;
        return chosen != null ? chosen : VerbsProviders.automatic(new InetSocketAddress(0).getAddress());
    }

    /**
     * The provider that made the object.
     *
     * @throws VerbsException EINVAL if none of ours did
     */
    static VerbsProvider ownerOf(@Nullable Object handle) throws VerbsException {
        if (handle instanceof ProviderOwned owned) {
            return owned.provider();
        }
        String what = handle == null ? "null" : "a " + handle.getClass().getName();
        throw new VerbsException(what + " was made by no provider of ours", 22 /* EINVAL */);
    }

    /** A call that destroys something. */
    @FunctionalInterface
    interface Destruction {
        int run() throws IOException;
    }

    /** What the call returns; EBUSY where it finds the object in use, which then goes on. */
    static int unlessInUse(Destruction call) throws IOException {
        try {
            return call.run();
        } catch (VerbsException e) {
            if (e.errno() == EBUSY) {
                return EBUSY;
            }
            throw e;
        }
    }

    @Override
    public RdmaCm openCm() {
        return cm;
    }

    @Override
    public RdmaVerbs openVerbs() {
        return verbs;
    }

    /** The version of DiSNI's native interface that this stands in for. */
    @Override
    public int getVersion() {
        return 39;
    }

    private static VarHandle providerField() {
        try {
            return MethodHandles.privateLookupIn(RdmaProvider.class, MethodHandles.lookup())
                    .findStaticVarHandle(RdmaProvider.class, "provider", RdmaProvider.class);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this DiSNI has no static field RdmaProvider.provider; version 2.1 has", e);
        }
    }
}
