package io.rtrs.bench.rounds;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * What was measured, by setting and round.
 *
 * @param <S> a setting
 */
public final class Outcomes<S> {
    private final Map<S, Map<Integer, Outcome>> rows = new LinkedHashMap<>();

    /** Keeps one. */
    public void add(S setting, int round, Outcome outcome) {
        rows.computeIfAbsent(setting, s -> new LinkedHashMap<>()).put(round, outcome);
    }

    private Map<Integer, Outcome> rounds(S setting) {
        return rows.getOrDefault(setting, Map.of());
    }

    /** A figure over the rounds. */
    public Spread spread(S setting, ToDoubleFunction<Outcome> figure, Better better) {
        return Spread.of(rounds(setting).values().stream().mapToDouble(figure), better);
    }

    /** How many times as many requests a second one did as the other, of each round that has both. */
    public double[] ratios(S one, S other) {
        Map<Integer, Outcome> theirs = rounds(other);
        DoubleStream.Builder ratios = DoubleStream.builder();
        rounds(one).forEach((round, our) -> {
            Outcome their = theirs.get(round);
            if (their != null && their.perSecond() > 0) {
                ratios.add(our.perSecond() / their.perSecond());
            }
        });
        return ratios.build().toArray();
    }
}
