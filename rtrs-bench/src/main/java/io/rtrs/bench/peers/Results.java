package io.rtrs.bench.peers;

import io.rtrs.bench.peers.work.Shape;
import io.rtrs.bench.rounds.Better;
import io.rtrs.bench.rounds.Spread;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** What was measured, by transport, load and round. */
final class Results {
    private final Map<String, Map<Shape, Map<Integer, Measured>>> rows = new LinkedHashMap<>();

    void add(String title, int round, Measured result) {
        rows.computeIfAbsent(title, t -> new LinkedHashMap<>())
                .computeIfAbsent(result.shape(), s -> new LinkedHashMap<>())
                .put(round, result);
    }

    /** Transports, in the order of their first results. */
    Set<String> titles() {
        return Collections.unmodifiableSet(rows.keySet());
    }

    private Map<Integer, Measured> rounds(String title, Shape shape) {
        return rows.getOrDefault(title, Map.of()).getOrDefault(shape, Map.of());
    }

    /** A figure over the rounds. */
    Spread spread(String title, Shape shape, ToDoubleFunction<Measured> figure, Better better) {
        return Spread.of(rounds(title, shape).values().stream().mapToDouble(figure), better);
    }

    /** One's figure divided by the other's, of each round in which both have it. */
    double[] ratios(String title, String other, Shape shape, ToDoubleFunction<Measured> figure) {
        Map<Integer, Measured> theirs = rounds(other, shape);
        DoubleStream.Builder ratios = DoubleStream.builder();
        rounds(title, shape).forEach((round, our) -> {
            Measured their = theirs.get(round);
            if (their != null) {
                ratios.add(figure.applyAsDouble(our) / figure.applyAsDouble(their));
            }
        });
        return ratios.build().filter(Double::isFinite).toArray();
    }
}
