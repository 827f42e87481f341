package io.rtrs.cli.attach;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import com.sun.tools.attach.VirtualMachineDescriptor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds processes that run Java, and attaches to one. */
public final class JavaProcess {
    private static final Path PROC = Path.of("/proc");

    /** What has sessions or servers; not those that look, such as this one. */
    private static final Pattern PROGRAM =
            Pattern.compile("(io\\.rtrs\\.cli\\.Rtrs|(.*/)?rtrs\\.jar) (serve|io|demo|export|map)\\b.*");

    private JavaProcess() {}

    /** Programs of this command line that run now, this one left out: their process ids. */
    public static List<Long> programs() {
        long self = ProcessHandle.current().pid();
        return VirtualMachine.list().stream()
                .filter(JavaProcess::isProgram)
                .map(VirtualMachineDescriptor::id)
                .filter(id -> id.matches("\\d+"))
                .map(Long::valueOf)
                .filter(pid -> pid != self)
                .sorted()
                .toList();
    }

    private static boolean isProgram(VirtualMachineDescriptor machine) {
        return PROGRAM.matcher(machine.displayName()).matches();
    }

    /** What a process was started with, as the JVM tells; empty if it does not. */
    public static String commandOf(long pid) {
        return VirtualMachine.list().stream()
                .filter(machine -> machine.id().equals(Long.toString(pid)))
                .map(VirtualMachineDescriptor::displayName)
                .findFirst()
                .orElse("");
    }

    /**
     * The address of the JMX server of a process, which is started for it if there is none.
     *
     * @throws IOException if there is no such process, it is another user's, runs no Java, or does not let itself be attached
     *     to; the message says what to do
     */
    static String jmxAddress(long pid) throws IOException {
        ProcessHandle process = ProcessHandle.of(pid)
                .orElseThrow(() -> new IOException("there is no process " + pid
                        + "; rtrs stat without a number lists those" + " that run the program rtrs"));
        if (pid == ProcessHandle.current().pid()) {
            throw new IOException("process " + pid + " is this one");
        }
        Optional<String> user = otherUser(process);
        // Before anything is sent: attaching signals the process, which a program that is no JVM need not survive.
        if (!isJava(pid, user)) {
            throw new IOException(
                    "process " + pid + " (" + process.info().command().orElse("unknown")
                            + ") is no Java program, so it has no RTRS session of this library");
        }
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                return machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | IOException e) {
            throw new IOException(refusal(pid, user, e), e);
        }
    }

    private static String refusal(long pid, Optional<String> user, Exception e) {
        return user.map(name -> "process " + pid + " is of user " + name + "; only that user may look into it: sudo -u "
                        + name + " rtrs …")
                .orElseGet(() -> "process " + pid + " does not let itself be attached to (" + e.getMessage()
                        + "); it may have been started with -XX:+DisableAttachMechanism, or be stopped");
    }

    /** Whose the process is, if not ours; root's own is nobody else's. */
    private static Optional<String> otherUser(ProcessHandle process) {
        Optional<String> ours = ProcessHandle.current().info().user();
        return process.info().user().filter(theirs -> ours.isPresent() && !theirs.equals(ours.get()));
    }

    private static boolean isJava(long pid, Optional<String> otherUser) throws IOException {
        Path maps = PROC.resolve(Long.toString(pid)).resolve("maps");
        if (!Files.exists(maps)) { // no Linux
            return !commandOf(pid).isEmpty() || otherUser.isPresent();
        }
        try (Stream<String> lines = Files.lines(maps, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.contains("/libjvm.so"));
        } catch (IOException | UncheckedIOException e) {
            if (otherUser.isPresent()) {
                throw new IOException(refusal(pid, otherUser, e), e);
            }
            return !commandOf(pid).isEmpty();
        }
    }
}
