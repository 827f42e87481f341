package io.rtrs.cli;

import io.rtrs.cli.text.Json;
import io.rtrs.cli.text.Progress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalInt;

/** The option {@code --json}, and what is shown without it; progress is a bar on standard error where somebody looks. */
final class OutputOptions {
    /** Set by the launcher, which can tell for standard error alone: true or false. */
    private static final String TERMINAL = "rtrs.terminal";

    private static final int USUAL_COLUMNS = 80;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--json", description = "print one JSON object on standard output, and nothing else there")
    private boolean json;

    boolean json() {
        return json;
    }

    /**
     * Prints a line for people.
     *
     * @throws StandardOutput.OutputFailure if it cannot be written
     */
    void say(String line) {
        if (!json) {
            print(line);
        }
    }

    /**
     * Prints a line for people while the command goes on: beside the object, on standard error, with {@code --json}.
     *
     * @throws StandardOutput.OutputFailure if standard output cannot be written
     */
    void note(String line) {
        if (json) {
            spec.commandLine().getErr().println(line);
            spec.commandLine().getErr().flush();
        } else {
            print(line);
        }
    }

    /**
     * Prints the object that {@code --json} asks for.
     *
     * @throws StandardOutput.OutputFailure if it cannot be written
     */
    void object(Json object) {
        print(object);
    }

    private void print(Object line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        StandardOutput.check(out);
    }

    Progress progress() {
        Progress.Style plain = json ? Progress.Style.NONE : Progress.Style.LINES;
        return new Progress(
                spec.commandLine().getErr(), isTerminal() ? Progress.Style.BAR : plain, columns(), System.nanoTime());
    }

    /** The width of the terminal, as the launcher tells. */
    static int columns() {
        return told().orElse(USUAL_COLUMNS);
    }

    /** The width of what may also go into a file or a pipe, which have none; nothing is cut off there. */
    static int columnsOfLines() {
        return told().orElseGet(() -> isTerminal() ? Screen.now().columns() : Integer.MAX_VALUE);
    }

    private static OptionalInt told() {
        String text = System.getenv().getOrDefault("COLUMNS", "");
        return text.matches("[1-9]\\d{0,4}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }

    /** Whether somebody looks. */
    static boolean isTerminal() {
        String told = System.getProperty(TERMINAL);
        if (told != null) {
            return Boolean.parseBoolean(told);
        }
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
}
