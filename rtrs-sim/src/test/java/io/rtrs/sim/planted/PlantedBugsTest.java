package io.rtrs.sim.planted;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** The watchers of random worlds are not blind: each of these bugs breaks a rule within 1,000 seeds. */
class PlantedBugsTest {
    private static final int SEEDS = 1000;
    private static final String FENCE = "io.rtrs.server.request.Fence";
    private static final String CLIENT = "io.rtrs.client.request.";

    static Stream<Arguments> bugs() {
        return Stream.of(
                Arguments.of(
                        "a ghost goes to the handler beside its replay",
                        Plant.leavesOut(FENCE, "enter", "compareAndSet", 1)),
                Arguments.of("a ghost that comes late is not barred", Plant.doesNothing(FENCE, "barElsewhere")),
                Arguments.of("a strict fence lets in what is not proven", Plant.returns(FENCE, "isProven", 1)),
                Arguments.of(
                        "what was under way on a path that broke is lost",
                        Plant.leavesOut(CLIENT + "CarrierTable", "move", "move", 0)),
                Arguments.of(
                        "what was under way on a path that broke is carried by that path again",
                        Plant.holdsTrue(CLIENT + "CarrierTable", "letGo", "open")),
                Arguments.of(
                        "a request is called back twice",
                        Plant.callsTwice(CLIENT + "Request", "callBack", "onComplete")),
                Arguments.of(
                        "a buffer is given back before the acknowledgement",
                        Plant.returns(CLIENT + "Carrier", "isUnacknowledged", 0)),
                Arguments.of("a permit does not return", Plant.doesNothing(CLIENT + "PermitPool", "put")),
                Arguments.of(
                        "a path that is up takes nothing that waits for one",
                        Plant.doesNothing("io.rtrs.client.driver.PathWait", "give")),
                Arguments.of("a window is not revoked", Plant.returns("io.rtrs.soft.memory.Window", "revoke", 1)),
                Arguments.of(
                        "the new key of a chunk is lost",
                        Plant.leavesOut(CLIENT + "AnswerHandler", "onSendWithImmediate", "onNewRkey", 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bugs")
    void isFound(String what, Plant bug) throws ReflectiveOperationException {
        Method run = bug.loadClass("io.rtrs.sim.swarm.SwarmMain")
                .getDeclaredMethod("run", String[].class, PrintStream.class);
        run.setAccessible(true);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Object status = run.invoke(
                null,
                new String[] {"--seeds", Integer.toString(SEEDS)},
                new PrintStream(said, true, StandardCharsets.UTF_8));
        String text = said.toString(StandardCharsets.UTF_8);
        assertThat(bug.places()).as("places of the bug").isPositive();
        assertThat(status).as(what + "; the swarm says: " + text).isEqualTo(1);
    }
}
