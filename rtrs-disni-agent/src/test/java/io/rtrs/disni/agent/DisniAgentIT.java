package io.rtrs.disni.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.RdmaEndpoint;
import io.rtrs.disni.agent.program.ClosingProgram;
import io.rtrs.disni.agent.program.PlainProgram;
import io.rtrs.disni.agent.program.ReadProgram;
import io.rtrs.disni.agent.program.SendReceiveProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.slf4j.simple.SimpleLogger;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs written for DiSNI in JVMs of their own: with the agent, and nothing of ours on their class path. */
@Timeout(180)
class DisniAgentIT {
    private static final String ADDRESS = "127.0.75.1";

    /** What a program printed, both streams, and its exit code. */
    private record Run(int exit, String printed) {
        List<String> lines() {
            return printed.lines().toList();
        }
    }

    @Test
    void readsBringDataAndEverythingCloses() throws Exception {
        Run run = run("=provider=softroce", ReadProgram.class, RdmaEndpoint.class);
        assertThat(run.lines()).containsExactly("read: what the server has written", "closed");
        assertThat(run.exit()).isZero();
    }

    @Test
    void theProviderInOneProcessServesToo() throws Exception {
        Run run = run("=provider=inprocess", ReadProgram.class, RdmaEndpoint.class);
        assertThat(run.lines()).containsExactly("read: what the server has written", "closed");
    }

    @Test
    void sixteenMessagesAreUnderWayEachWay() throws Exception {
        Run run = run("=provider=softroce", SendReceiveProgram.class, RdmaEndpoint.class);
        assertThat(run.lines()).containsExactly("answered: 10000", "closed");
        assertThat(run.exit()).isZero();
    }

    @Test
    void aServerClosesItsEndpointsInTheirLastEvent() throws Exception {
        Run run = run("=provider=softroce", ClosingProgram.class, RdmaEndpoint.class);
        assertThat(run.lines()).containsExactly("closed by their events: true", "closed");
        assertThat(run.exit()).isZero();
    }

    @Test
    void aProgramWithoutDisniRunsAndOneLineSaysSo() throws Exception {
        Run run = run("", PlainProgram.class);
        assertThat(run.lines()).hasSize(2).contains("ran").anyMatch(line -> line.contains("not on the class path"));
        assertThat(run.exit()).isZero();
    }

    @Test
    void anUnknownOptionIsNamedAndTheProgramRuns() throws Exception {
        Run run = run("=fast", PlainProgram.class);
        assertThat(run.lines()).hasSize(2).contains("ran").anyMatch(line -> line.contains("'fast'"));
        assertThat(run.exit()).isZero();
    }

    @Test
    void anUnknownProviderIsNamedWithThoseThereAre() throws Exception {
        Run run = run("=provider=nonsense", ReadProgram.class, RdmaEndpoint.class);
        assertThat(run.printed()).contains("no provider named nonsense", "softroce");
        assertThat(run.exit()).isEqualTo(1);
    }

    /** Runs a program of the tests with the agent; its class path has the test classes and the libraries of these. */
    private static Run run(String options, Class<?> program, Class<?>... libraries) throws Exception {
        List<String> classPath = new ArrayList<>(List.of(place(program)));
        for (Class<?> library : libraries) {
            classPath.add(place(library));
        }
        if (libraries.length > 0) {
            classPath.add(place(LoggerFactory.class));
            classPath.add(place(SimpleLogger.class));
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-javaagent:" + System.getProperty("rtrs.test.agent") + options,
                        "-cp",
                        String.join(File.pathSeparator, classPath),
                        program.getName(),
                        ADDRESS)
                .redirectErrorStream(true)
                .start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), printed);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
