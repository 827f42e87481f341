package io.rtrs.soft.iwarp.cm;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The transition table as text. */
final class ConnectionTableText {
    private ConnectionTableText() {}

    /** Every state with every event, a line each. */
    static String lines() {
        StringBuilder text = new StringBuilder("(start) -> IDLE\n");
        for (ConnectionState state : ConnectionState.values()) {
            for (ConnectionEvent event : ConnectionEvent.values()) {
                text.append(state).append(' ').append(event).append(' ');
                text.append(ConnectionTable.step(state, event)).append('\n');
            }
        }
        return text.toString();
    }

    /** The page of the documentation. */
    static String page() {
        StringBuilder page = new StringBuilder("# Connections of iWARP\n\n"
                + "Written by `ConnectionTableTest` from `ConnectionTable` in `io.rtrs.soft.iwarp.cm`; do not edit. "
                + "What a\ntable does not name is ignored if the socket, the stream or a timer brings it, and refused with "
                + "EINVAL if it is\na command.\n\n```mermaid\nstateDiagram-v2\n    [*] --> IDLE\n");
        for (ConnectionState state : ConnectionState.values()) {
            edges(state).forEach((to, events) -> page.append("    %s --> %s: %s\n".formatted(state, to, events)));
        }
        page.append("```\n\n| State | Meaning |\n| --- | --- |\n");
        for (ConnectionState state : ConnectionState.values()) {
            page.append("| %s | %s |\n".formatted(state, state.sentence()));
        }
        page.append("\n| Event | Meaning |\n| --- | --- |\n");
        for (ConnectionEvent event : ConnectionEvent.values()) {
            page.append("| %s | %s |\n".formatted(event, event.sentence()));
        }
        page.append("\n| in | on | next | does |\n| --- | --- | --- | --- |\n");
        for (ConnectionState state : ConnectionState.values()) {
            for (ConnectionEvent event : ConnectionEvent.values()) {
                page.append(row(state, event));
            }
        }
        return page.toString();
    }

    private static Map<ConnectionState, String> edges(ConnectionState from) {
        return Arrays.stream(ConnectionEvent.values())
                .filter(event -> ConnectionTable.step(from, event).to() != from)
                .collect(Collectors.groupingBy(
                        event -> ConnectionTable.step(from, event).to(),
                        LinkedHashMap::new,
                        Collectors.mapping(ConnectionEvent::name, Collectors.joining(", "))));
    }

    private static String row(ConnectionState state, ConnectionEvent event) {
        Step step = ConnectionTable.step(state, event);
        if (step.outcome() != Step.Outcome.ACT) {
            return "";
        }
        String next = step.to() == state ? "" : step.to().name();
        String actions = step.actions().stream().map(ConnectionAction::name).collect(Collectors.joining(", "));
        return "| %s | %s | %s | %s |\n".formatted(state, event, next, actions);
    }
}
