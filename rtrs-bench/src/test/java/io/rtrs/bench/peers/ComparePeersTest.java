package io.rtrs.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** Arguments with which nothing can be measured, told before anything is. */
class ComparePeersTest {
    private record Run(int exit, String err) {}

    private static Run run(String... args) {
        StringWriter err = new StringWriter();
        int exit = ComparePeers.commandLine().setErr(new PrintWriter(err, true)).execute(args);
        return new Run(exit, err.toString());
    }

    @Test
    void anOutputThatCannotBeWrittenIsToldBeforeAnythingIsMeasured(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        Run run = run("--only=nio", "--output=" + file.resolve("tables.md"));
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--output " + file.resolve("tables.md") + ": cannot be written: ");
    }
}
