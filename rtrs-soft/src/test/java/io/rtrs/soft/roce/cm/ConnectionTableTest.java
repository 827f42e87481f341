package io.rtrs.soft.roce.cm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class ConnectionTableTest {
    /** Set to true by {@code -Drtrs.golden=write}: golden file and page are written anew, to be reviewed as a diff. */
    private static final boolean WRITE = "write".equals(System.getProperty("rtrs.golden"));

    private static final Path GOLDEN = Path.of("src/test/resources/states/connection.txt");
    private static final Path PAGE = Path.of("../docs/softroce-states.md");

    @Test
    void a_connection_does_in_every_state_on_every_event_what_the_golden_file_says() throws IOException {
        compare(GOLDEN, ConnectionTableText.lines());
    }

    @Test
    void the_page_of_the_documentation_is_what_the_table_is() throws IOException {
        compare(PAGE, ConnectionTableText.page());
    }

    private static void compare(Path file, String text) throws IOException {
        if (WRITE) {
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }

    @Test
    void messages_and_timers_are_never_refused_and_commands_never_ignored() {
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
    void a_consumer_can_always_forget_its_connection() {
        Arrays.stream(ConnectionState.values())
                .filter(state -> state != ConnectionState.IDLE)
                .forEach(state -> assertThat(ConnectionTable.step(state, ConnectionEvent.DESTROY)
                                .outcome())
                        .as("%s", state)
                        .isEqualTo(Step.Outcome.ACT));
    }

    @Test
    void every_state_and_event_says_what_it_means() {
        for (ConnectionState state : ConnectionState.values()) {
            assertThat(state.sentence()).endsWith(".");
        }
        for (ConnectionEvent event : ConnectionEvent.values()) {
            assertThat(event.sentence()).endsWith(".");
        }
    }
}
