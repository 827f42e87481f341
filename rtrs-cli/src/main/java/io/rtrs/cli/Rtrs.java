package io.rtrs.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The program {@code rtrs}. */
@Command(
        name = "rtrs",
        mixinStandardHelpOptions = true,
        versionProvider = Rtrs.Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        usageHelpAutoWidth = true,
        footerHeading = "%n",
        footer = "SIZE is written 4096, 128K, 256M or 1G, TIME 500ms, 10s or 2m. Exits with 0; 1: the run failed; 2: an"
                + " argument is wrong.",
        description = "Block IO over RDMA, compatible with RTRS of the Linux kernel; without an RDMA device too.",
        subcommands = {DemoCommand.class, ServeCommand.class, IoCommand.class, DoctorCommand.class})
public final class Rtrs implements Runnable {
    /** The run did what it was asked. */
    static final int OK = 0;

    /** It did not. */
    static final int FAILED = 1;

    /** An argument is wrong. */
    static final int USAGE = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /** Created by {@link #main}. */
    public Rtrs() {}

    /** Exits with 0, with 1 if the run failed, with 2 if an argument is wrong. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
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
        command.getErr().println(name + ": " + oneLine(e));
        command.getErr().println("Try '" + name + " --help'.");
        return USAGE;
    }

    private static int failedRun(Exception e, CommandLine command, ParseResult parsed) {
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + oneLine(e));
        if (Boolean.getBoolean("rtrs.trace")) {
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
        throw new ParameterException(spec.commandLine(), "which command? demo, serve, io, doctor");
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
