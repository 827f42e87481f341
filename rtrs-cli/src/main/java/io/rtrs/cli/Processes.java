package io.rtrs.cli;

import io.rtrs.cli.attach.JavaProcess;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Which process a command is about. */
final class Processes {
    private static final int COMMAND_MOST = 60;

    private Processes() {}

    /**
     * The one that was named, or the only one that runs the program rtrs.
     *
     * @throws IOException if there is none, or several; the message lists them
     */
    static long choose(@Nullable Long named) throws IOException {
        if (named != null) {
            return named;
        }
        List<Long> running = JavaProcess.programs();
        if (running.size() == 1) {
            return running.getFirst();
        }
        if (running.isEmpty()) {
            throw new IOException(
                    "the program rtrs runs nowhere for this user; name the process of another Java program");
        }
        throw new IOException("which process? "
                + running.stream()
                        .map(pid -> pid + " (" + shortened(JavaProcess.commandOf(pid)) + ")")
                        .collect(Collectors.joining(", ")));
    }

    /** A process may be written as an argument or with its option, but not as two different ones. */
    static @Nullable Long one(CommandLine command, @Nullable Long argument, @Nullable Long option) {
        if (argument != null && option != null && !argument.equals(option)) {
            throw Arguments.wrong(
                    command, "--pid", option, "is another process than the argument " + argument + ": write one");
        }
        return argument != null ? argument : option;
    }

    private static String shortened(String command) {
        return command.length() <= COMMAND_MOST ? command : command.substring(0, COMMAND_MOST - 1) + "…";
    }
}
