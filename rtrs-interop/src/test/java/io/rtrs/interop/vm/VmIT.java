package io.rtrs.interop.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.rtrs.interop.vm.GuestReport.GuestTest;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Boots the emulated machine, runs the jobs of {@link GuestJobs} in it and presents each test of the guest as a test
 * of this class. Besides, each job has two tests of its own: that it ended by itself, and that the guest's kernel had
 * nothing to complain about.
 */
class VmIT {
    private static final int TAIL_LINES = 60;

    /** Exit code of a job that was killed. */
    private static final int KILLED = 137;

    private final Path vmFolder = Path.of(System.getProperty("vm.folder", "vm")).toAbsolutePath();
    private final GuestVm vm = new GuestVm(
            vmFolder, Path.of(System.getProperty("vm.out", "target/vm")).toAbsolutePath());

    @TestFactory
    List<DynamicTest> guest() throws IOException, InterruptedException {
        List<GuestJob> jobs = GuestJobs.selected(System.getProperty("vm.jobs", ""));
        List<String> console = vm.run(jobs, classPath());
        List<DynamicTest> tests = new ArrayList<>();
        for (GuestJob job : jobs) {
            tests.addAll(results(job, console, kernelLogOf(job)));
        }
        return tests;
    }

    /** Our own, and the tests of the verbs, which look at the C headers of the guest. */
    private static String classPath() {
        String own = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return own + File.pathSeparator + System.getProperty("vm.verbsTests", "../rtrs-verbs/target/test-classes");
    }

    /** What every job's kernel may say, and what only this job's may: a file each, the second if there is one. */
    private KernelLog kernelLogOf(GuestJob job) throws IOException {
        List<String> allowed = new ArrayList<>(linesOf(vmFolder.resolve("kernel-log-allowed")));
        allowed.addAll(linesOf(vmFolder.resolve("kernel-log-allowed-" + job.name())));
        return KernelLog.allowing(allowed);
    }

    private List<DynamicTest> results(GuestJob job, List<String> console, KernelLog kernelLog) throws IOException {
        Path folder = vm.folderOf(job);
        List<GuestTest> ofGuest = GuestReport.readAll(folder.resolve("reports"));
        List<DynamicTest> tests = new ArrayList<>();
        for (GuestTest test : ofGuest) {
            String simpleName = test.className().replaceFirst(".*\\.", "");
            String name = job.name() + ": " + simpleName + "." + test.name();
            tests.add(dynamicTest(name, () -> replay(name, test)));
        }
        tests.add(dynamicTest(job.name() + ": job ends by itself", () -> assertEnded(job, ofGuest, console)));
        tests.add(dynamicTest(job.name() + ": kernel log is clean", () -> assertKernelQuiet(folder, kernelLog)));
        return tests;
    }

    private void assertEnded(GuestJob job, List<GuestTest> tests, List<String> console) throws IOException {
        Path folder = vm.folderOf(job);
        List<String> printed = linesOf(folder.resolve("console"));
        if (!Files.exists(folder.resolve("exit"))) {
            throw new AssertionError(
                    Files.exists(folder.resolve("console"))
                            ? "the guest died in this job; its console ended with\n" + tail(console)
                                    + "\nand the job's with\n" + tail(printed)
                            : "the guest died before this job");
        }
        int exit = Integer.parseInt(Files.readString(folder.resolve("exit")).strip());
        boolean failuresShown = exit == 1 && tests.stream().anyMatch(t -> t.outcome() == GuestReport.Outcome.FAILED);
        if (exit != 0 && !failuresShown) {
            String why = exit == KILLED ? " (out of time after " + job.limit() + ")" : "";
            throw new AssertionError("exit code " + exit + why + "; its console ended with\n" + tail(printed));
        }
        assertThat(tests.isEmpty()).as("it left no test report").isEqualTo(!job.tests());
    }

    private static void assertKernelQuiet(Path folder, KernelLog kernelLog) throws IOException {
        assertThat(Files.exists(folder.resolve("dmesg")))
                .as("the kernel's messages were kept")
                .isTrue();
        assertThat(kernelLog.findings(linesOf(folder.resolve("dmesg")).stream()))
                .isEmpty();
    }

    private static void replay(String name, GuestTest test) {
        switch (test.outcome()) {
            case PASSED -> {}
            case SKIPPED -> Assumptions.abort(test.detail());
            case FAILED -> {
                System.out.println(test.output());
                throw new GuestFailure(name + " failed in the guest\n" + test.detail());
            }
        }
    }

    private static List<String> linesOf(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.toList();
        } catch (UncheckedIOException e) {
            throw new IOException("cannot read " + file, e);
        }
    }

    private static String tail(List<String> lines) {
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** A failure of the guest: its message is the stack trace from there, it has none from here. */
    private static final class GuestFailure extends AssertionError {
        private static final long serialVersionUID = 1L;

        GuestFailure(String nameAndTrace) {
            super(nameAndTrace, null);
            setStackTrace(new StackTraceElement[0]);
        }
    }
}
