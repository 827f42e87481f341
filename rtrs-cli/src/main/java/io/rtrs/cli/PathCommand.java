package io.rtrs.cli;

import io.rtrs.cli.attach.Attached;
import io.rtrs.cli.attach.Bean;
import io.rtrs.cli.text.Json;
import io.rtrs.core.path.PathAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** Steers the paths of a running process. */
@Command(
        name = "path",
        description = "Steers the paths of a running process: a client's, or those that clients have to a server.",
        subcommands = {
            PathCommand.Add.class,
            PathCommand.Remove.class,
            PathCommand.Disconnect.class,
            PathCommand.Reconnect.class
        })
final class PathCommand implements Runnable {
    private static final List<String> CLIENT = List.of("ClientPath");

    /** Where a process has both ends, it is the client's that is meant: only that end can leave a path closed. */
    private static final List<String> ANY = List.of("ClientPath", "ServerPath");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which command? "
                        + String.join(", ", spec.commandLine().getSubcommands().keySet()));
    }

    /** What all of them take. */
    abstract static class Steering implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // by picocli
        CommandSpec own;

        @Mixin
        OutputOptions output = new OutputOptions();

        @Parameters(
                index = "0",
                paramLabel = "PATH",
                description = "ip:SOURCE@ip:DESTINATION as rtrs stat shows it; ip:DESTINATION if that says which")
        String path = "";

        @Option(
                names = "--pid",
                paramLabel = "PID",
                converter = Arguments.ProcessId.class,
                description = "the process; may be left out if the program rtrs runs once")
        @Nullable
        Long pid;

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "PID",
                converter = Arguments.ProcessId.class,
                description = "the same, as rtrs stat has it")
        @Nullable
        Long named;

        @Option(
                names = "--session",
                paramLabel = "NAME",
                description =
                        "the session, NAME#UUID if several have the name; may be left out if there is one, or the path"
                                + " says which")
        @Nullable
        String session;

        @Override
        public final Integer call() throws Exception {
            try (Attached process = Attached.to(Processes.choose(Processes.one(own.commandLine(), named, pid)))) {
                steer(process, process.look());
            }
            return Rtrs.OK;
        }

        abstract void steer(Attached process, List<Bean> beans) throws IOException;

        void done(Bean of, String what) {
            if (output.json()) {
                output.object(new Json()
                        .put("session", of.session())
                        .put("path", path)
                        .put("done", what));
            } else {
                output.say("path " + path + " is " + what);
            }
        }

        /** The path that is meant, of the first of these types that has one. */
        Bean find(List<Bean> beans, List<String> types) throws IOException {
            List<Bean> possible = beans.stream()
                    .filter(bean -> types.contains(bean.type()))
                    .filter(this::isOfSession)
                    .toList();
            List<Bean> meant = List.of();
            for (String type : types) {
                for (String attribute : List.of("name", "dst_addr")) {
                    if (meant.isEmpty()) {
                        meant = possible.stream()
                                .filter(bean -> bean.type().equals(type))
                                .filter(bean -> bean.text(attribute).equals(path))
                                .toList();
                    }
                }
            }
            if (meant.size() == 1) {
                return meant.getFirst();
            }
            if (possible.isEmpty() && session != null) {
                List<Bean> all = beans.stream()
                        .filter(bean -> types.contains(bean.type()))
                        .toList();
                String names = all.stream()
                        .map(bean -> sessionName(bean, all))
                        .distinct()
                        .collect(Collectors.joining(", "));
                throw new IOException("there is no session " + session
                        + " with a path that can be steered so; there are " + (names.isEmpty() ? "none" : names));
            }
            throw new IOException(
                    meant.isEmpty()
                            ? "there is no path " + path + (session == null ? "" : " in session " + session)
                                    + "; there are " + names(possible)
                            : "path " + path + " may be each of " + names(meant)
                                    + "; write it in full, or name the --session");
        }

        /** Whether it is the session that was named, or belongs to it. */
        boolean isOfSession(Bean bean) {
            return session == null || session.equals(bean.session()) || session.equals(bean.uniqueSession());
        }

        private static String names(List<Bean> paths) {
            return paths.isEmpty()
                    ? "none"
                    : paths.stream()
                            .map(bean -> bean.text("name") + " of " + sessionName(bean, paths))
                            .collect(Collectors.joining(", "));
        }

        /** The name of its session, in a form that says which of these sessions. */
        static String sessionName(Bean bean, List<Bean> among) {
            boolean unique = among.stream()
                    .filter(other -> other.session().equals(bean.session()))
                    .allMatch(other -> other.uniqueSession().equals(bean.uniqueSession()));
            return unique ? bean.session() : bean.uniqueSession();
        }
    }

    @Command(name = "add", description = "Adds a path to a client's session; it is up when this ends.")
    static final class Add extends Steering {
        @Spec
        @SuppressWarnings("NullAway.Init") // by picocli
        private CommandSpec spec;

        @Override
        void steer(Attached process, List<Bean> beans) throws IOException {
            PathAddress address;
            try {
                address = new Arguments.Path().convert(path);
            } catch (TypeConversionException e) {
                throw new ParameterException(spec.commandLine(), "Invalid value for PATH: " + e.getMessage());
            }
            List<Bean> all = beans.stream()
                    .filter(bean -> bean.type().equals("ClientSession"))
                    .toList();
            List<Bean> sessions = all.stream().filter(this::isOfSession).toList();
            if (sessions.size() != 1) {
                String names = all.stream().map(bean -> sessionName(bean, all)).collect(Collectors.joining(", "));
                throw new IOException(
                        sessions.isEmpty()
                                ? "process " + process.pid() + " has no client session"
                                        + (session == null ? "" : " " + session + ", but " + names)
                                : "which --session? " + names);
            }
            process.write(sessions.getFirst(), "add_path", address.toString());
            done(sessions.getFirst(), "up");
        }
    }

    @Command(name = "remove", description = "Disconnects a client's path and removes it; its requests take others.")
    static final class Remove extends Steering {
        @Override
        void steer(Attached process, List<Bean> beans) throws IOException {
            Bean bean = find(beans, CLIENT);
            process.write(bean, "remove_path", "1");
            done(bean, "removed");
        }
    }

    @Command(
            name = "disconnect",
            description =
                    "Disconnects a path; its requests take others. A client's stays so until it is reconnected; to a server's"
                            + " the client may come back by itself.")
    static final class Disconnect extends Steering {
        @Override
        void steer(Attached process, List<Bean> beans) throws IOException {
            Bean bean = find(beans, ANY);
            process.write(bean, "disconnect", "1");
            done(bean, "disconnected");
        }
    }

    @Command(name = "reconnect", description = "Connects a client's path anew; it is up when this ends.")
    static final class Reconnect extends Steering {
        @Override
        void steer(Attached process, List<Bean> beans) throws IOException {
            Bean bean = find(beans, CLIENT);
            process.write(bean, "reconnect", "1");
            done(bean, "up");
        }
    }
}
