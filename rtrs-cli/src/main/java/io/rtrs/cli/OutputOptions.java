package io.rtrs.cli;

import io.rtrs.cli.text.Json;
import io.rtrs.cli.text.Progress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/** The option {@code --json}, and what is shown without it; progress is a bar on standard error where somebody looks. */
final class OutputOptions {
    /** Set by the launcher, which can tell for standard error alone: true or false. */
    private static final String TERMINAL = "rtrs.terminal";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--json", description = "print one JSON object on standard output, and nothing else there")
    private boolean json;

    boolean json() {
        return json;
    }

    /** Prints a line for people. */
    void say(String line) {
        if (!json) {
            print(spec.commandLine().getOut(), line);
        }
    }

    /** Prints a line for people while the command goes on: beside the object, on standard error, with {@code --json}. */
    void note(String line) {
        print(json ? spec.commandLine().getErr() : spec.commandLine().getOut(), line);
    }

    /** Prints the object that {@code --json} asks for. */
    void object(Json object) {
        print(spec.commandLine().getOut(), object);
    }

    private static void print(PrintWriter to, Object line) {
        to.println(line);
        to.flush();
    }

    Progress progress() {
        Progress.Style plain = json ? Progress.Style.NONE : Progress.Style.LINES;
        return new Progress(spec.commandLine().getErr(), isTerminal() ? Progress.Style.BAR : plain, System.nanoTime());
    }

    private static boolean isTerminal() {
        String told = System.getProperty(TERMINAL);
        if (told != null) {
            return Boolean.parseBoolean(told);
        }
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
}
