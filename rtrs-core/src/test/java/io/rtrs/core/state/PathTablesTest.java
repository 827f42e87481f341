package io.rtrs.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.core.state.Transition.Outcome;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

class PathTablesTest {
    /** Set to true by {@code -Drtrs.golden=write}: the golden files and the page are written anew, to be reviewed as a diff. */
    private static final boolean WRITE = "write".equals(System.getProperty("rtrs.golden"));

    private static final Path RESOURCES = Path.of("src/test/resources/states");
    private static final Path PAGE = Path.of("../docs/states.md");

    @Test
    void the_client_path_does_in_every_state_on_every_event_what_the_golden_file_says() throws IOException {
        compare("client-path.txt", TableText.lines(ClientPathTable.TABLE));
    }

    @Test
    void the_server_path_does_in_every_state_on_every_event_what_the_golden_file_says() throws IOException {
        compare("server-path.txt", TableText.lines(ServerPathTable.TABLE));
    }

    @Test
    void the_page_of_the_documentation_is_what_the_tables_are() throws IOException {
        String page = "# States\n\nWritten by `PathTablesTest` from the tables of `io.rtrs.core.state`; do not edit. "
                + "A cell names the next state.\nConnections of software RoCE have [a page](softroce-states.md) of their own.\n\n"
                + TableText.markdown(ClientPathTable.TABLE)
                + "\n"
                + TableText.markdown(ServerPathTable.TABLE);
        if (WRITE) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    @Test
    void the_client_path_has_the_transitions_of_the_specification_and_no_other() { // spec/rtrs.md 6.1
        assertThat(moves(ClientPathTable.TABLE))
                .containsExactlyInAnyOrder(
                        "RECONNECTING>CONNECTING",
                        "CONNECTING>CONNECTED",
                        "CONNECTING>CONNECTING_ERR",
                        "CONNECTED>RECONNECTING",
                        "CONNECTING_ERR>RECONNECTING",
                        "CLOSED>RECONNECTING",
                        "CONNECTING>CLOSING",
                        "CONNECTING_ERR>CLOSING",
                        "RECONNECTING>CLOSING",
                        "CONNECTED>CLOSING",
                        "CLOSING>CLOSED",
                        "CLOSED>DEAD");
    }

    @Test
    void the_server_path_has_the_transitions_of_the_specification_and_no_other() { // spec/rtrs.md 6.2
        assertThat(moves(ServerPathTable.TABLE))
                .containsExactlyInAnyOrder(
                        "CONNECTING>CONNECTED", "CONNECTING>CLOSING", "CONNECTED>CLOSING", "CLOSING>CLOSED");
    }

    @Test
    void every_state_and_event_says_what_it_means() {
        Stream.<Described[]>of(
                        ClientPathState.values(),
                        ClientPathEvent.values(),
                        ServerPathState.values(),
                        ServerPathEvent.values())
                .flatMap(Stream::of)
                .forEach(described ->
                        assertThat(described.sentence()).endsWith(".").hasSizeGreaterThan(20));
    }

    @Test
    void a_machine_moves_ignores_and_refuses() {
        StateMachine<ServerPathState, ServerPathEvent> machine = new StateMachine<>(ServerPathTable.TABLE);
        assertThat(machine.state()).isEqualTo(ServerPathState.CONNECTING);
        assertThat(machine.fire(ServerPathEvent.CLOSED))
                .isEqualTo(new Transition<>(Outcome.ILLEGAL, ServerPathState.CONNECTING));
        assertThat(machine.fire(ServerPathEvent.INFO_ACCEPTED))
                .isEqualTo(new Transition<>(Outcome.MOVE, ServerPathState.CONNECTED));
        assertThat(machine.fire(ServerPathEvent.CLOSE).moved()).isTrue();
        assertThat(machine.fire(ServerPathEvent.CLOSE))
                .isEqualTo(new Transition<>(Outcome.NO_OP, ServerPathState.CLOSING));
        assertThat(machine.fire(ServerPathEvent.INFO_ACCEPTED).outcome()).isEqualTo(Outcome.NO_OP);
        assertThat(machine.state()).isEqualTo(ServerPathState.CLOSING);
    }

    @Test
    void a_cell_that_is_named_twice_is_a_defect_of_the_table() {
        var builder = TransitionTable.of("x", ServerPathState.class, ServerPathEvent.class, ServerPathState.CONNECTING)
                .ignore(ServerPathEvent.CLOSE, ServerPathState.CLOSED);
        assertThatThrownBy(() -> builder.on(ServerPathEvent.CLOSE, ServerPathState.CLOSING, ServerPathState.CLOSED))
                .hasMessage("x: CLOSE in CLOSED is named twice");
    }

    private static <S extends Enum<S> & Described, E extends Enum<E> & Described> Stream<String> moves(
            TransitionTable<S, E> table) {
        return Stream.of(table.states())
                .flatMap(state -> Stream.of(table.events())
                        .map(event -> table.apply(state, event))
                        .filter(Transition::moved)
                        .map(transition -> state + ">" + transition.to()))
                .distinct();
    }

    private static void compare(String golden, String actual) throws IOException {
        if (WRITE) {
            Files.createDirectories(RESOURCES);
            Files.writeString(RESOURCES.resolve(golden), actual);
        }
        assertThat(actual).isEqualTo(Files.readString(RESOURCES.resolve(golden)));
    }
}
