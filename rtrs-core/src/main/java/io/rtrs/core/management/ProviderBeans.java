package io.rtrs.core.management;

import io.rtrs.verbs.Counter;
import io.rtrs.verbs.VerbsProvider;

import java.util.HashMap;
import java.util.Map;
import javax.management.ObjectName;

/**
 * The counters of the verbs that sessions and servers of this process use: one bean for each provider, as long as somebody
 * uses it.
 *
 * <p><b>Threading:</b> any thread.
 */
public final class ProviderBeans {
    private static final Map<VerbsProvider, ProviderBeans> SHOWN = new HashMap<>();

    private final BeanSet beans;
    private int users;

    private ProviderBeans(VerbsProvider provider) {
        beans = new BeanSet("what provider " + provider.name() + " counts");
    }

    /** Somebody uses a provider: shows its counters, if it has any. */
    public static void use(VerbsProvider provider) {
        synchronized (SHOWN) {
            ProviderBeans shown = SHOWN.computeIfAbsent(provider, ProviderBeans::new);
            if (shown.users++ == 0) {
                shown.beans.show(() -> beanOf(provider));
            }
        }
    }

    /** As often as {@link #use}. */
    public static void leave(VerbsProvider provider) {
        synchronized (SHOWN) {
            ProviderBeans shown = SHOWN.get(provider);
            if (shown != null && --shown.users == 0) {
                shown.beans.close();
                SHOWN.remove(provider);
            }
        }
    }

    private static Map<ObjectName, ManagedBean> beanOf(VerbsProvider provider) {
        ManagedBean bean =
                new ManagedBean("What the verbs of provider " + provider.name() + " counted in this process.");
        bean.text("name", "The provider's name.", provider::name);
        for (Counter counter : provider.counters().values().keySet()) {
            bean.number(
                    counter.name(),
                    counter.meaning() + " (" + counter.unit() + ")",
                    () -> provider.counters().count(counter.name()));
        }
        return Map.of(BeanSet.name("Provider", "provider", provider.name()), bean);
    }
}
