package io.rtrs.sim.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.sim.net.NetFault;
import io.rtrs.sim.world.Trace;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Random worlds keep all rules; {@code -Drtrs.sim.seeds=N} plays more of them, {@code -Drtrs.sim.from=SEED} others. */
class SwarmTest {
    private static final long SEEDS = Long.getLong("rtrs.sim.seeds", 300);
    private static final long FROM = Long.getLong("rtrs.sim.from", 1);

    /** What may happen, as the swarm counts it; each world knows a part of it. */
    private static final List<String> EVERYTHING = Stream.of(
                    Arrays.stream(Trouble.values()).map(kind -> "trouble " + kind),
                    Stream.of(
                                    NetFault.LOST,
                                    NetFault.DELAYED,
                                    NetFault.STALLED,
                                    NetFault.OVERTAKES,
                                    NetFault.DUPLICATED,
                                    NetFault.CUT)
                            .map(fault -> "packets " + fault),
                    Stream.of(
                            "strict fences",
                            "paths that broke",
                            "paths that came up",
                            "requests parked for want of a path",
                            "parked requests given to a path",
                            "parked requests whose time was over",
                            "control loops overtaken by completions",
                            "completions overtaken by control loops"),
                    Arrays.stream(Operator.Wish.values()).map(wish -> "operator's " + wish))
            .flatMap(Function.identity())
            .toList();

    @Test
    void noRuleIsBroken() throws InterruptedException {
        Swarm swarm = new Swarm(FROM, SEEDS, Runtime.getRuntime().availableProcessors(), true);
        swarm.play();
        swarm.totals().forEach((what, count) -> System.out.printf("%14d  %s%n", count, what));
        assertThat(swarm.broken()).isEmpty();
        assertThat(swarm.played()).isEqualTo(SEEDS);
        assertThat(swarm.totals().entrySet().stream()
                        .filter(total -> total.getValue() > 0)
                        .map(Map.Entry::getKey))
                .as("what befell them")
                .containsAll(EVERYTHING);
    }

    /** Also in another process, where hash codes and the order of immutable collections are others. */
    @Test
    void aSeedReplaysExactlyInAnotherProcess() throws IOException, InterruptedException {
        long seed = 12;
        long hash = RandomWorld.play(seed, new Trace(null)).hash();
        assertThat(RandomWorld.play(seed, new Trace(null)).hash()).isEqualTo(hash);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dslf4j.provider=io.rtrs.sim.log.WorldLogProvider",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.rtrs.sim.swarm.SwarmMain",
                        "--seed",
                        Long.toString(seed))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains(String.format("trace %016x", hash));
    }

    /** Who reads along changes nothing. */
    @Test
    void aTraceThatIsReadIsTheSame() throws InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int status = SwarmMain.run(
                new String[] {"--seed", "12", "--trace"}, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        String said = bytes.toString(StandardCharsets.UTF_8);
        assertThat(status).isZero();
        assertThat(said)
                .contains(String.format(
                        "trace %016x", RandomWorld.play(12, new Trace(null)).hash()))
                .contains("called back write");
    }

    @Test
    void badArgumentsAreExplained() throws InterruptedException {
        for (String[] bad : new String[][] {{"--seeds"}, {"--seeds", "many"}, {"--frob"}}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            assertThat(SwarmMain.run(bad, new PrintStream(bytes, true, StandardCharsets.UTF_8)))
                    .isEqualTo(2);
            assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("--seeds N");
        }
    }
}
