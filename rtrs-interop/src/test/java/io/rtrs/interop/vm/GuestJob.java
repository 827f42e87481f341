package io.rtrs.interop.vm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One Java program for the guest: tests of a package, or a main class that reports by its exit code.
 *
 * @param name the name in the report and of the job's folder
 * @param limit how long it may take in the emulated machine
 * @param tests whether it is a JUnit run that leaves reports
 * @param command main class and arguments
 */
record GuestJob(String name, Duration limit, boolean tests, List<String> command) {
    /** The address of the guest's soft-RoCE device, and its IPv6 twin (vm/guest/boot). */
    static final String ADDRESS = "10.9.0.1";

    static final String ADDRESS6 = "fd09::1";

    /** The tests of a package: all, or what more options of JUnit's console launcher leave of them. */
    static GuestJob testsOf(String name, String testPackage, Duration limit, String... options) {
        List<String> command = new ArrayList<>(List.of(
                "org.junit.platform.console.ConsoleLauncher",
                "execute",
                "--select-package=" + testPackage,
                "--fail-if-no-tests",
                "--disable-banner",
                "--disable-ansi-colors",
                "--details=testfeed",
                "--config=junit.platform.output.capture.stdout=true",
                "--config=junit.platform.output.capture.stderr=true"));
        command.addAll(List.of(options));
        return new GuestJob(name, limit, true, command);
    }

    static GuestJob main(String name, Duration limit, String... command) {
        return new GuestJob(name, limit, false, List.of(command));
    }

    /** The content of the argument file that {@code java @file} reads in the guest. */
    String argumentFile(String classPath, String reports) {
        List<String> arguments = new ArrayList<>(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Djqwik.database=/tmp/jqwik-database",
                "-Drtrs.test.provider=ibverbs",
                "-Drtrs.test.address=" + ADDRESS,
                "-Drtrs.test.address6=" + ADDRESS6,
                "-cp",
                classPath));
        arguments.addAll(command);
        if (tests) {
            arguments.add("--reports-dir=" + reports);
        }
        StringBuilder file = new StringBuilder();
        for (String argument : arguments) {
            file.append('"')
                    .append(argument.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append("\"\n");
        }
        return file.toString();
    }
}
