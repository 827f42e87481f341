package io.rtrs.bench;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the programs of this module check alike, before they measure anything. */
public final class Arguments {
    private final CommandSpec spec;

    /** Of a program that is being called. */
    public Arguments(CommandSpec spec) {
        this.spec = spec;
    }

    /** A command line that says in one line why a run failed; with {@code -Drtrs.trace} also where. */
    public static CommandLine commandLine(Object program) {
        return new CommandLine(program).setExecutionExceptionHandler((e, line, parsed) -> {
            line.getErr().println(line.getCommandName() + ": " + e.getMessage());
            if (System.getProperty("rtrs.trace") != null) {
                e.printStackTrace(line.getErr());
            }
            return 1;
        });
    }

    /** A wrong value of an option. */
    public ParameterException wrong(String option, Object value, String remedy) {
        return wrong(option + " " + value + ": " + remedy);
    }

    /** A sentence that names the option. */
    public ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    /** Refuses numbers below the least. */
    public void atLeast(String option, int value, int least) {
        if (value < least) {
            throw wrong(option, value, least + " or more are needed");
        }
    }

    /** Refuses numbers out of a range. */
    public void between(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw wrong(option, value, least + " to " + most + " are possible");
        }
    }

    /** Refuses what is no time. */
    public void seconds(String option, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw wrong(option, value, "0 seconds or more are possible");
        }
    }

    /** Refuses what is no time, and none at all: nothing would be counted in it. */
    public void someSeconds(String option, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw wrong(option, value, "more than 0 seconds are needed");
        }
    }

    /** Refuses a file that cannot be written; what is in it stays until there is something new. An empty path is none. */
    public void writable(String option, Path file) {
        if (file.toString().isEmpty()) {
            return;
        }
        try {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
        } catch (IOException e) {
            throw wrong(option, file, "cannot be written: " + reason(e));
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "its folder does not exist";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String said = e instanceof FileSystemException other ? other.getReason() : null;
        return said != null ? said : String.valueOf(e.getMessage());
    }
}
