package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The script {@code rtrs}, with Java and Maven that only say how they were called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path SCRIPT = Path.of("..", "rtrs");

    @TempDir
    private Path folder = Path.of("");

    private String script = "./rtrs";

    private record Ended(int exit, String out, String err) {}

    @BeforeEach
    void layOutTheProject() throws IOException {
        Files.copy(SCRIPT, folder.resolve("rtrs"));
        for (String module :
                List.of("rtrs-verbs", "rtrs-soft", "rtrs-core", "rtrs-client", "rtrs-server", "rtrs-cli")) {
            Files.createDirectories(folder.resolve(module).resolve("src/main"));
            Files.writeString(folder.resolve(module).resolve("pom.xml"), "");
        }
        Files.writeString(folder.resolve("pom.xml"), "");
        program(
                "jdk/bin/java",
                "for a; do case $a in -XX:AOTCacheOutput=*) echo cache >\"${a#*=}\" ;; esac; done; echo java \"$@\"");
        program("jdk/bin/javac", "exit 1");
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
        program("tools/mvn", "mkdir -p rtrs-cli/target; echo jar >rtrs-cli/target/rtrs.jar; echo mvn \"$@\" >>calls");
    }

    private void program(String name, String script) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + file + " executable");
        }
    }

    private Path jar(Instant written) throws IOException {
        Path jar = folder.resolve("rtrs-cli/target/rtrs.jar");
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "jar");
        return Files.setLastModifiedTime(jar, FileTime.from(written));
    }

    private Ended launch(String... arguments) throws IOException, InterruptedException {
        return launch(Map.of("JAVA_HOME", folder.resolve("jdk").toString()), arguments);
    }

    private Ended launch(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", script).directory(folder.toFile());
        builder.command().addAll(List.of(arguments));
        builder.environment().keySet().removeIf(name -> name.startsWith("JAVA") || name.startsWith("RTRS"));
        builder.environment().put("PATH", folder.resolve("tools") + ":" + System.getenv("PATH"));
        builder.environment().putAll(environment);
        builder.redirectOutput(folder.resolve("out").toFile());
        builder.redirectError(folder.resolve("err").toFile());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(
                process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }

    private boolean built() {
        return Files.exists(folder.resolve("calls"));
    }

    @Test
    void aJarThatIsNewerThanTheSourcesIsStartedAsItIs() throws Exception {
        jar(Instant.now().plusSeconds(60));
        Ended ended = launch("demo", "--file", "a b");
        assertThat(ended.out()).contains("-jar").endsWith("rtrs.jar demo --file a b\n");
        assertThat(ended.out()).contains("-Drtrs.terminal=false");
        assertThat(ended.err()).isEmpty();
        assertThat(built()).isFalse();
    }

    @Test
    void aMissingJarIsBuiltOnceWithOneLineThatSaysSo() throws Exception {
        Ended first = launch("demo");
        assertThat(first.err()).hasLineCount(1).contains("building");
        assertThat(first.out()).endsWith("rtrs.jar demo\n");
        assertThat(Files.readString(folder.resolve("calls")))
                .contains("-pl rtrs-cli -am")
                .contains("package");
        Ended second = launch("demo");
        assertThat(second.err()).isEmpty();
        assertThat(Files.readString(folder.resolve("calls"))).hasLineCount(1);
    }

    @Test
    void aJarThatIsOlderThanASourceIsBuiltAgain() throws Exception {
        jar(Instant.now().plusSeconds(60));
        Path source = Files.writeString(folder.resolve("rtrs-core/src/main/New.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(120)));
        assertThat(launch("demo").err()).contains("building");
        assertThat(built()).isTrue();
    }

    @Test
    void aBuildThatFailsIsShownAndNothingIsStarted() throws Exception {
        program("tools/mvn", "echo COMPILATION ERROR; exit 1");
        Ended ended = launch("demo");
        assertThat(ended.err()).contains("COMPILATION ERROR").contains("does not build");
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exit()).isEqualTo(1);
    }

    @Test
    void anOlderJavaIsPassedOver() throws Exception {
        jar(Instant.now().plusSeconds(60));
        program("old/bin/java", "echo old; exit 3");
        Files.writeString(folder.resolve("old/release"), "JAVA_VERSION=\"17.0.9\"\n");
        Ended ended = launch(
                Map.of(
                        "JAVA_HOME", folder.resolve("old").toString(),
                        "JAVA25_HOME", folder.resolve("jdk").toString()),
                "doctor");
        assertThat(ended.out()).startsWith("java ").endsWith("doctor\n");
    }

    @Test
    void withoutAJavaThatIsNewEnoughItSaysWhatToInstall() throws Exception {
        jar(Instant.now().plusSeconds(60));
        Path script = folder.resolve("rtrs");
        Files.writeString(script, Files.readString(script).replaceFirst("(?m)^need=25$", "need=99"));
        Ended ended = launch("demo");
        assertThat(ended.err())
                .hasLineCount(1)
                .contains("JDK 99 or later is needed")
                .contains("install", "JAVA_HOME");
        assertThat(ended.exit()).isEqualTo(1);
    }

    @Test
    void theLauncherCanBeReachedByASymbolicLink() throws Exception {
        jar(Instant.now().plusSeconds(60));
        Files.createSymbolicLink(folder.resolve("tools/rtrs"), folder.resolve("rtrs"));
        script = "tools/rtrs";
        assertThat(launch("demo").out()).contains(folder.resolve("rtrs-cli/target/rtrs.jar") + " demo");
    }

    /** A PATH with what every system has, and without Maven. */
    private String pathWithoutMaven() throws IOException {
        Path few = Files.createDirectories(folder.resolve("few"));
        for (String tool : List.of(
                "sh",
                "cat",
                "dirname",
                "env",
                "find",
                "head",
                "mkdir",
                "mktemp",
                "mv",
                "readlink",
                "rm",
                "sed",
                "tail",
                "touch")) {
            for (String place : System.getenv("PATH").split(":", -1)) {
                Path real = Path.of(place, tool);
                if (Files.isExecutable(real) && !Files.exists(few.resolve(tool))) {
                    Files.createSymbolicLink(few.resolve(tool), real);
                }
            }
        }
        return few.toString();
    }

    @Test
    void withoutMavenTheWrapperScriptBuildsWithTheJdkThatWasFound() throws Exception {
        Files.delete(folder.resolve("tools/mvn"));
        program("mvnw", "mkdir -p rtrs-cli/target; echo jar >rtrs-cli/target/rtrs.jar; echo $JAVA_HOME \"$@\" >>calls");
        String jdk = folder.resolve("jdk").toString();
        Ended ended = launch(Map.of("JAVA25_HOME", jdk, "PATH", pathWithoutMaven()), "demo");
        assertThat(ended.err()).hasLineCount(1).contains("building");
        assertThat(ended.out()).endsWith("rtrs.jar demo\n");
        assertThat(Files.readString(folder.resolve("calls")))
                .startsWith(jdk + " -B -q")
                .contains("package");
    }

    private Path cache() throws Exception {
        launch("doctor");
        return folder.resolve("rtrs-cli/target/rtrs.aot");
    }

    @Test
    void theBuildMakesACacheThatEveryStartUses() throws Exception {
        Path cache = cache();
        assertThat(cache).hasContent("cache");
        for (String command : List.of("demo", "io", "serve", "doctor")) {
            assertThat(launch(command).out()).contains("-XX:+UseSerialGC", "-XX:AOTCache=" + cache);
        }
    }

    @Test
    void aCacheThatIsMissingIsDoneWithout() throws Exception {
        Files.delete(cache());
        assertThat(launch("demo").out()).doesNotContain("AOT").endsWith("rtrs.jar demo\n");
    }

    @Test
    void aCacheOfAnotherJdkIsDoneWithout() throws Exception {
        cache();
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.2\"\n");
        Ended ended = launch("demo");
        assertThat(ended.out()).doesNotContain("AOT").endsWith("rtrs.jar demo\n");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void aCacheThatIsOlderThanTheJarIsDoneWithout() throws Exception {
        cache();
        jar(Instant.now().plusSeconds(60));
        assertThat(launch("demo").out()).doesNotContain("AOT").endsWith("rtrs.jar demo\n");
    }

    @Test
    void aCacheThatCannotBeReadIsDoneWithout() throws Exception {
        Path cache = cache();
        assumeTrue(cache.toFile().setReadable(false) && !Files.isReadable(cache), "this user reads everything");
        assertThat(launch("demo").out()).doesNotContain("AOT").endsWith("rtrs.jar demo\n");
    }

    @Test
    void aTrainingThatFailsLeavesNoCacheAndTheProgramStarts() throws Exception {
        program("jdk/bin/java", "case \"$*\" in *AOTCacheOutput*) exit 1 ;; esac; echo java \"$@\"");
        Ended ended = launch("demo");
        assertThat(ended.out()).doesNotContain("AOT").endsWith("rtrs.jar demo\n");
        assertThat(ended.err()).hasLineCount(1);
        assertThat(ended.exit()).isZero();
        assertThat(folder.resolve("rtrs-cli/target")).isDirectoryNotContaining("glob:**.aot*");
    }
}
