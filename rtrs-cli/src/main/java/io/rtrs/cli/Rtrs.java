package io.rtrs.cli;

import io.rtrs.cli.text.Sizes;
import io.rtrs.cli.text.Spelling;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

import java.util.stream.Stream;

/** The program {@code rtrs}. */
@Command(
        name = "rtrs",
        mixinStandardHelpOptions = true,
        versionProvider = Rtrs.Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        usageHelpAutoWidth = true,
        footerHeading = "%n",
        footer = "SIZE is written 4096, 128K, 256M, 1G or 2T, TIME 500ms, 10s, 2m, 1h or 3d. Exits with 0; 1: the run"
                + " failed; 2: an argument is wrong.",
        description = "Block IO over RDMA, compatible with RTRS of the Linux kernel; without an RDMA device too.",
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            IoCommand.class,
            StatCommand.class,
            PathCommand.class,
            DoctorCommand.class
        })
public final class Rtrs implements Runnable {
    /** The run did what it was asked. */
    static final int OK = 0;

    /** It did not. */
    static final int FAILED = 1;

    /** An argument is wrong. */
    static final int USAGE = 2;

    /** Nobody reads the output any more: what the signal SIGPIPE makes of other programs. */
    static final int CLOSED_PIPE = 128 + 13;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /** Created by {@link #main}. */
    public Rtrs() {}

    /** Exits with 0, with 1 if the run failed, with 2 if an argument is wrong. */
    public static void main(String[] args) {
        int exit = FAILED;
        try {
            exit = run(commandLine().setOut(StandardOutput.ofProcess()), args);
        } finally {
            Interruption.programEnds(exit);
        }
        System.exit(exit);
    }

    /** Runs a command line; what it prints must have reached standard output. */
    static int run(CommandLine commandLine, String... args) {
        int exit;
        try {
            exit = commandLine.execute(args);
        } catch (OutOfMemoryError e) {
            commandLine
                    .getErr()
                    .println("rtrs: Java's memory is used up (" + e.getMessage()
                            + "); ask for less, or set RTRS_JAVA_OPTS=-Xmx with more than "
                            + Sizes.exact(Runtime.getRuntime().maxMemory()));
            return FAILED;
        }
        try {
            StandardOutput.check(commandLine.getOut());
        } catch (StandardOutput.OutputFailure e) {
            return exit == OK ? failedOutput(e, commandLine) : exit;
        }
        return exit;
    }

    private static int failedOutput(StandardOutput.OutputFailure e, CommandLine command) {
        if (e.isClosedPipe()) {
            return CLOSED_PIPE;
        }
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + e.getMessage());
        return FAILED;
    }

    /** The whole command line. */
    static CommandLine commandLine() {
        return new CommandLine(new Rtrs())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Rtrs::wrongArgument)
                .setExecutionExceptionHandler(Rtrs::failedRun);
    }

    private static int wrongArgument(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr()
                .println(name + ": "
                        + (e instanceof UnmatchedArgumentException unknown ? unknown(unknown) : oneLine(e)));
        command.getErr().println("Try '" + name + " --help'.");
        return USAGE;
    }

    /** A word that is no command, with those that there are; an option that is none; a word where only options are. */
    private static String unknown(UnmatchedArgumentException e) {
        String first = e.getUnmatched().getFirst();
        String meant = Spelling.nearest(first, words(e.getCommandLine()))
                .map(word -> "; did you mean " + word + "?")
                .orElse("");
        if (first.startsWith("-")) {
            return oneLine(e) + meant;
        }
        if (e.getCommandLine().getSubcommands().isEmpty()) {
            return "'" + first + "' is no option, and this command takes nothing else" + meant;
        }
        return "there is no command '" + first + "', but there are " + commands(e.getCommandLine()) + meant;
    }

    /** What could stand there: commands and options. */
    private static Stream<String> words(CommandLine of) {
        return Stream.concat(
                of.getSubcommands().keySet().stream(),
                of.getCommandSpec().options().stream().flatMap(option -> Stream.of(option.names())));
    }

    private static String commands(CommandLine of) {
        return String.join(", ", of.getSubcommands().keySet());
    }

    private static int failedRun(Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof Interruption.BeforeTheStart) {
            return FAILED;
        }
        if (e instanceof StandardOutput.OutputFailure failure) {
            return failedOutput(failure, command);
        }
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + oneLine(e));
        if (!System.getProperty("rtrs.trace", "false").equals("false")) { // -Drtrs.trace alone is enough
            e.printStackTrace(command.getErr());
        }
        return FAILED;
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage();
        return message == null
                ? e.toString()
                : message.replaceFirst("^Error: ", "").replaceAll("\\s*\\R\\s*", "; ");
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? " + commands(spec.commandLine()));
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Rtrs.class.getPackage().getImplementationVersion();
            return new String[] {"rtrs " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
