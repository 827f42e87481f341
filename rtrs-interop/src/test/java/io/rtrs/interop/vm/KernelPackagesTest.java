package io.rtrs.interop.vm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Which packages {@code vm build} takes ({@code vm/packages.sh}), with recorded answers of {@code apt-cache}. */
@EnabledOnOs(OS.LINUX)
class KernelPackagesTest {
    private static final Path SCRIPT = Path.of("vm", "packages.sh").toAbsolutePath();

    /** What {@code vm} defines before it reads the script. */
    private static final String SETTING = """
            set -Eeuo pipefail
            say() { echo "vm: $*" >&2; }
            die() { say "$*"; exit 125; }
            """;

    @TempDir
    private Path folder = Path.of("");

    private record Ended(int exit, List<String> out, String err) {}

    /** A program that answers as recorded, and an apt-get that changes the answers when it fetches the lists. */
    @BeforeEach
    void replaceApt() throws IOException {
        program(
                "apt-cache",
                "exec awk -v asked=\"$ apt-cache $*\" "
                        + "'/^\\$ / { found = $0 == asked; next } found' \"$ANSWERS/today\"");
        program("apt-get", """
                echo "$*" >>"$ANSWERS/calls"
                case "$*" in
                  *update) [ ! -f "$ANSWERS/tomorrow" ] || mv "$ANSWERS/tomorrow" "$ANSWERS/today" ;;
                  *) for p; do case $p in *=*) grep -q "${p%%=*} |  *${p#*=} " "$ANSWERS/archive" || exit 100 ;; esac; done ;;
                esac
                """);
        program("sudo", "exec \"$@\"");
    }

    private void program(String name, String script) throws IOException {
        Path file = folder.resolve("bin").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static String recorded(String day) throws IOException {
        try (InputStream in = KernelPackagesTest.class.getResourceAsStream("/apt/" + day + ".txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Ended choose(String answers, String image) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("today"), answers);
        return bash("kernel_packages \"$1\"", image);
    }

    private Ended bash(String command, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", SETTING + ". '" + SCRIPT + "'\n" + command, "vm");
        builder.command().addAll(List.of(arguments));
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("ANSWERS", folder.toString());
        builder.environment().put("DIR", folder.toString());
        builder.redirectOutput(folder.resolve("out").toFile());
        builder.redirectError(folder.resolve("err").toFile());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(
                process.exitValue(),
                Files.readAllLines(folder.resolve("out")),
                Files.readString(folder.resolve("err")));
    }

    private static String withoutLines(String text, String part) {
        return String.join(
                        "\n", text.lines().filter(line -> !line.contains(part)).toList()) + "\n";
    }

    @Test
    void packagesOfOneVersionAreTakenInThatVersion() throws Exception {
        Ended ended = choose(recorded("release"), "");
        assertThat(ended.out())
                .containsExactly(
                        "linux-image-6.1.0-50-amd64=6.1.176-1",
                        "linux-headers-6.1.0-50-amd64=6.1.176-1",
                        "linux-headers-6.1.0-50-common=6.1.176-1",
                        "linux-kbuild-6.1=6.1.176-1",
                        "linux-source-6.1=6.1.176-1");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void kbuildThatIsAheadOfTheImageIsTakenInItsOwnVersion() throws Exception {
        assertThat(choose(recorded("kbuild-ahead"), "").out())
                .containsExactly(
                        "linux-image-6.1.0-56-amd64=6.1.192-2",
                        "linux-headers-6.1.0-56-amd64=6.1.192-2",
                        "linux-headers-6.1.0-56-common=6.1.192-2",
                        "linux-kbuild-6.1=6.1.192-3",
                        "linux-source-6.1=6.1.192-2");
    }

    @Test
    void anOlderImageThatIsAskedForHasTheSourceOfItsVersion() throws Exception {
        assertThat(choose(recorded("kbuild-ahead"), "linux-image-6.1.0-55-amd64")
                        .out())
                .startsWith("linux-image-6.1.0-55-amd64=6.1.192-1")
                .endsWith("linux-source-6.1=6.1.192-1");
    }

    @Test
    void aSourceWithoutTheVersionOfTheImageIsTakenInTheNearest() throws Exception {
        String answers = withoutLines(recorded("kbuild-ahead"), "linux-source-6.1 |  6.1.192-2");
        assertThat(choose(answers, "").out()).endsWith("linux-source-6.1=6.1.192-3");
        answers = withoutLines(withoutLines(answers, "linux-source-6.1 |  6.1.192-3"), "-source-6.1 |  6.1.192-1");
        assertThat(choose(answers, "").out()).endsWith("linux-source-6.1=6.1.190-1");
    }

    @Test
    void ofTwoNewerSourcesTheOneThatIsLessAheadIsTaken() throws Exception {
        String answers = withoutLines(recorded("kbuild-ahead"), "linux-source-6.1 |  6.1.192-2");
        String ahead = answers.lines()
                .filter(line -> line.contains("linux-source-6.1 |  6.1.192-3"))
                .findFirst()
                .orElseThrow();
        answers = answers.replace(ahead, ahead.replace("6.1.192-3", "6.1.192-7") + "\n" + ahead);
        assertThat(choose(answers, "").out()).endsWith("linux-source-6.1=6.1.192-3");
    }

    @Test
    void anImageThatIsPinnedToAnOlderVersionIsTakenInThatOne() throws Exception {
        String answers = recorded("kbuild-ahead").replace("Candidate: 6.1.192-2", "Candidate: 6.1.192-1");
        String newest = answers.lines()
                .filter(line -> line.contains("linux-image-6.1.0-56-amd64 |  6.1.192-2"))
                .findFirst()
                .orElseThrow();
        answers = answers.replace(newest, newest + "\n" + newest.replace("6.1.192-2", "6.1.192-1"));
        assertThat(choose(answers, "").out())
                .startsWith("linux-image-6.1.0-56-amd64=6.1.192-1")
                .endsWith("linux-source-6.1=6.1.192-1");
    }

    @Test
    void whatWasChosenIsSaidWithEachVersionThatDiffers() throws Exception {
        Files.writeString(
                folder.resolve("today"), withoutLines(recorded("kbuild-ahead"), "linux-source-6.1 |  6.1.192-2"));
        assertThat(bash("choose_kernel ''").err().lines())
                .containsExactly(
                        "vm: kernel linux-image-6.1.0-56-amd64 6.1.192-2",
                        "vm: linux-kbuild-6.1 6.1.192-3, the nearest that apt offers",
                        "vm: linux-source-6.1 6.1.192-3, the nearest that apt offers");
    }

    @Test
    void anImageThatTheArchiveNoLongerHasGivesWayToTheNewestOfItsSeries() throws Exception {
        String answers = recorded("kbuild-ahead")
                .replace("Depends: linux-image-6.1.0-56-amd64", "Depends: <linux-image-6.1.0-57-amd64>");
        Ended ended = choose(answers, "");
        assertThat(ended.out()).hasSize(5).startsWith("linux-image-6.1.0-56-amd64=6.1.192-2");
        assertThat(ended.err())
                .contains("apt offers no package linux-image-6.1.0-57-amd64")
                .contains("taking linux-image-6.1.0-56-amd64 in place of linux-image-6.1.0-57-amd64");
    }

    @Test
    void anImageWhoseHeadersLagBehindGivesWayToTheNewestThatHasThem() throws Exception {
        String answers = withoutLines(recorded("kbuild-ahead"), "linux-headers-6.1.0-56-common |");
        Ended ended = choose(answers, "");
        assertThat(ended.out()).hasSize(5).startsWith("linux-image-6.1.0-55-amd64=6.1.192-1");
        assertThat(ended.err())
                .contains("apt offers no package linux-headers-6.1.0-56-common")
                .contains("taking linux-image-6.1.0-55-amd64");
    }

    @Test
    void anImageThatIsAskedForIsNotReplacedAndTheMissingPackageIsNamed() throws Exception {
        Ended ended = choose(recorded("kbuild-ahead"), "linux-image-6.1.0-48-amd64");
        assertThat(ended.exit()).isNotZero();
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .isEqualTo("vm: apt offers no package linux-headers-6.1.0-48-amd64, "
                        + "which linux-image-6.1.0-48-amd64 6.1.172-1 needs\n");
    }

    @Test
    void anInstalledVersionThatTheArchiveHasDroppedIsNotAskedOfIt() throws Exception {
        String answers = recorded("release").replace("Candidate: 6.1.176-1", "Candidate: 6.1.180-1");
        assertThat(choose(answers, "").out()).startsWith("linux-image-6.1.0-50-amd64=6.1.176-1");
    }

    @Test
    void anotherDistributionIsToldWhatTheMachineIsMadeFor() throws Exception {
        Files.writeString(folder.resolve("today"), "");
        Ended ended = bash("choose_kernel ''");
        assertThat(ended.exit()).isEqualTo(125);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("no package linux-image-amd64").contains("made for Debian 12");
        assertThat(Files.readString(folder.resolve("calls"))).hasLineCount(1).contains("update");
    }

    @Test
    void aVersionThatHasJustVanishedIsChosenAnewFromFreshLists() throws Exception {
        Files.writeString(folder.resolve("today"), recorded("release"));
        Files.writeString(folder.resolve("tomorrow"), recorded("kbuild-ahead"));
        Files.writeString(folder.resolve("archive"), recorded("kbuild-ahead"));
        Ended ended = bash("choose_kernel ''; fetch_kernel \"$DIR/debs\" ''; printf '%s\\n' \"${PACKAGES[@]}\"");
        assertThat(ended.exit()).isZero();
        assertThat(ended.out()).startsWith("linux-image-6.1.0-56-amd64=6.1.192-2");
        assertThat(Files.readAllLines(folder.resolve("calls")))
                .satisfiesExactly(
                        call -> assertThat(call).contains("download linux-image-6.1.0-50-amd64=6.1.176-1"),
                        call -> assertThat(call).endsWith("update"),
                        call -> assertThat(call).contains("download linux-image-6.1.0-56-amd64=6.1.192-2"));
    }

    @Test
    void aVersionThatStaysGoneEndsTheBuildAfterOneMoreTry() throws Exception {
        Files.writeString(folder.resolve("today"), recorded("release"));
        Files.writeString(folder.resolve("archive"), "");
        Ended ended = bash("choose_kernel ''; fetch_kernel \"$DIR/debs\" ''");
        assertThat(ended.exit()).isEqualTo(125);
        assertThat(ended.err()).contains("could not download linux-image-6.1.0-50-amd64=6.1.176-1");
        assertThat(Files.readAllLines(folder.resolve("calls"))).hasSize(3);
    }
}
