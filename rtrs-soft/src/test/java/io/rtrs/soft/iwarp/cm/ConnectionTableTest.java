package io.rtrs.soft.iwarp.cm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class ConnectionTableTest {
    /** Set to true by {@code -Drtrs.golden=write}: golden file and page are written anew, to be reviewed as a diff. */
    private static final boolean WRITE = "write".equals(System.getProperty("rtrs.golden"));

    private static final Path GOLDEN = Path.of("src/test/resources/states/iwarp-connection.txt");
    private static final Path PAGE = Path.of("../docs/softiwarp-states.md");

    @Test
    void aConnectionDoesInEveryStateOnEveryEventWhatTheGoldenFileSays() throws IOException {
        compare(GOLDEN, ConnectionTableText.lines());
    }

    @Test
    void thePageOfTheDocumentationIsWhatTheTableIs() throws IOException {
        compare(PAGE, ConnectionTableText.page());
    }

    private static void compare(Path file, String text) throws IOException {
        if (WRITE) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }

    @Test
    void whatHappensIsNeverRefusedAndCommandsAreNeverIgnored() {
        for (ConnectionState state : ConnectionState.values()) {
            for (ConnectionEvent event : ConnectionEvent.values()) {
                Step.Outcome wrong = event.isCommand() ? Step.Outcome.IGNORE : Step.Outcome.REFUSE;
                assertThat(ConnectionTable.step(state, event).outcome())
                        .as("%s in %s", event, state)
                        .isNotEqualTo(wrong);
            }
        }
    }

    @Test
    void aConsumerCanAlwaysForgetItsConnectionAndTheSocketIsClosedSoon() {
        for (ConnectionState state : ConnectionState.values()) {
            Step step = ConnectionTable.step(state, ConnectionEvent.DESTROY);
            assertThat(step.outcome()).as("%s", state).isEqualTo(Step.Outcome.ACT);
            assertThat(step.to()).as("%s", state).isIn(ConnectionState.CLOSING, ConnectionState.CLOSED);
        }
    }

    @Test
    void whoGetsToClosedClosesTheSocketOnce() {
        for (ConnectionState state : ConnectionState.values()) {
            for (ConnectionEvent event : ConnectionEvent.values()) {
                Step step = ConnectionTable.step(state, event);
                boolean closes = step.to() == ConnectionState.CLOSED && state != ConnectionState.CLOSED;
                assertThat(step.actions().contains(ConnectionAction.CLOSE))
                        .as("%s in %s", event, state)
                        .isEqualTo(closes);
            }
        }
    }

    @Test
    void everyStateAndEventSaysWhatItMeans() {
        for (ConnectionState state : ConnectionState.values()) {
            assertThat(state.sentence()).endsWith(".");
        }
        for (ConnectionEvent event : ConnectionEvent.values()) {
            assertThat(event.sentence()).endsWith(".");
        }
        assertThat(List.of(ConnectionState.values())).hasSize(9); // spec/iwarp.md 16.4
    }
}
