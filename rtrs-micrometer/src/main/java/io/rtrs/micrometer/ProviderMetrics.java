package io.rtrs.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rtrs.verbs.Counter;
import io.rtrs.verbs.VerbsProvider;

/**
 * What the verbs of this process count, such as software RoCE's repetitions: {@code rtrs.provider.NAME} with the tag {@code
 * provider}. They live as long as the registry. Bind it while the
 * provider is in use: before its first use it does not say what it counts.
 *
 * <p><b>Threading:</b> any thread.
 */
public final class ProviderMetrics implements MeterBinder {
    private final VerbsProvider provider;

    /** The meters of a provider; none if it counts nothing. */
    public ProviderMetrics(VerbsProvider provider) {
        this.provider = provider;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Counter counter : provider.counters().values().keySet()) {
            String name = "rtrs.provider." + counter.name().replace('_', '.');
            if (counter.kind() == Counter.Kind.TOTAL) {
                FunctionCounter.builder(name, provider, p -> p.counters().count(counter.name()))
                        .description(counter.meaning())
                        .baseUnit(counter.unit())
                        .tag("provider", provider.name())
                        .register(registry);
            } else {
                Gauge.builder(name, provider, p -> p.counters().count(counter.name()))
                        .description(counter.meaning())
                        .baseUnit(counter.unit())
                        .tag("provider", provider.name())
                        .strongReference(true)
                        .register(registry);
            }
        }
    }
}
