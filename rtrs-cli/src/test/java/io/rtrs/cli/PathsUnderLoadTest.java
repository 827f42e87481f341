package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** {@code rtrs io --verify} over two paths loses nothing while these and its server go and come back beside it. */
@EnabledOnOs(OS.LINUX) // where all of 127.0.0.0/8 is loopback
class PathsUnderLoadTest {
    private static final Pattern READS = Pattern.compile("\"reads\": ?\"?[1-9]");

    @TempDir
    private Path folder = Path.of("");

    private Program serve(String address, String another) throws IOException {
        Program server = Program.start(
                folder,
                "serve",
                "--listen",
                address,
                "--listen",
                another,
                "--memory=2M",
                "--file=" + folder.resolve("blocks"),
                "--provider=softroce");
        server.awaitLine("listening on");
        return server;
    }

    @Test
    void nothingIsLostWhilePathsAndTheServerGoAndComeBack() throws Exception {
        String address = TwoProcessesTest.loopback();
        String another = TwoProcessesTest.loopback();
        Program server = serve(address, another);
        try (Program io = Program.start(
                folder,
                "io",
                "--provider=softroce",
                "--connect=ip:" + address,
                "--connect=ip:" + another,
                "--rw=randrw",
                "--bs=8K",
                "--qd=8",
                "--runtime=40s",
                "--wait=2m",
                "--verify")) {
            io.awaitLine("randrw: ");
            String client = Long.toString(io.pid());
            for (String path : new String[] {"ip:" + address, "ip:" + another}) {
                Run down = Run.of("path", "disconnect", path, "--pid", client);
                assertThat(down.exit()).as(down.err()).isZero();
                io.awaitLine("is down");
                Run up = Run.of("path", "reconnect", path, "--pid", client);
                assertThat(up.exit()).as(up.err()).isZero();
                io.awaitLine("is back");
            }
            server.kill();
            io.awaitLine("is down");
            server = serve(address, another);
            assertThat(io.exit()).as(io::errors).isZero();
            assertThat(io.lines()).anyMatch(line -> line.startsWith("verified: "));
            assertThat(io.lines().stream().filter(line -> line.endsWith(" is back")))
                    .as(() -> String.join("\n", io.lines()))
                    .hasSizeGreaterThanOrEqualTo(3);
        } finally {
            server.close();
        }
    }

    @Test
    void whereBlocksDifferAfterAPathWasDownAMemoryThatBeganEmptyIsThoughtOf() throws Exception {
        String address = TwoProcessesTest.loopback();
        String[] serve = {"serve", "--listen", address, "--memory=2M", "--provider=softroce"};
        Program server = Program.start(folder, serve);
        server.awaitLine("listening on");
        try (Program io = Program.start(
                folder,
                "io",
                "--provider=softroce",
                "--connect=ip:" + address,
                "--rw=randread",
                "--runtime=10m",
                "--wait=2m",
                "--verify")) {
            io.awaitLine("randread: ");
            String client = Long.toString(io.pid()); // it reads when all the memory is written
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> READS.matcher(Run.of("stat", client, "--json").out())
                            .find());
            server.kill();
            server = Program.start(folder, serve);
            assertThat(io.exit()).isEqualTo(1);
            assertThat(io.errors())
                    .contains("is not what was written", "a path was down in between", "began empty", "--file");
        } finally {
            server.close();
        }
    }
}
