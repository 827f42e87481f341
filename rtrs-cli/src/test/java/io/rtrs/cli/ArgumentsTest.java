package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    demo --size 12Q                                     | --size      | 12Q
                    demo --qd many                                      | --qd        | many
                    demo --qd 0                                         | --qd        | 0
                    demo --bs 1M --qd 512                               | --qd        | 512
                    demo --bs 0                                         | --bs        | 0
                    demo --bs 256M                                      | --bs        | 256M
                    demo --port 65536                                   | --port      | 65536
                    demo --file /nowhere/at/all                         | --file      | /nowhere/at/all
                    demo --provider carrier-pigeon                      | --provider  | carrier-pigeon
                    demo --size 1M --file x                             | --file      | --size
                    demo surplus                                        | surplus     | surplus
                    serve --listen localhost                            | --listen    | localhost
                    serve --listen 127.0.0.1 --memory 0                 | --memory    | 0
                    serve --listen 127.0.0.1 --queue-depth 70000        | --queue-depth | 70000
                    serve --listen 127.0.0.1 --max-io 8M --queue-depth 17 | --queue-depth | 17
                    io --connect 127.0.0.1 --rw read                    | --connect   | 127.0.0.1
                    io --connect ip:1.2.3.4.5 --rw read                 | --connect   | ip:1.2.3.4.5
                    io --connect ip:127.0.0.1 --rw backwards            | --rw        | none of write, read, randwrite
                    io --connect ip:127.0.0.1 --rw read --port 0        | --port      | no port
                    io --connect ip:127.0.0.1 --rw read --mix 30        | --mix       | 30
                    io --connect ip:127.0.0.1 --rw randrw --mix 101     | --mix       | 101
                    io --connect ip:127.0.0.1 --rw read --runtime 10    | --runtime   | 10
                    io --connect ip:127.0.0.1 --rw read --runtime 0s    | --runtime   | 0
                    io --connect ip:127.0.0.1 --rw read --size 0        | --size      | 0
                    io --connect ip:127.0.0.1 --rw read --qd 60000 --jobs 2 | --jobs  | 2
                    io --connect ip:127.0.0.1 --rw read --policy best   | --policy    | none of round-robin, min
                    frobnicate                                          | frobnicate  | frobnicate
                    """)
    void aWrongArgumentIsNamedWithItsValueAndExitsWithTwo(String line, String option, String value) {
        Run run = Run.of(line.split(" "));
        assertThat(run.err().lines().findFirst().orElse("")).contains(option).contains(value);
        assertThat(run.out()).isEmpty();
        assertThat(run.exit()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "io", "io --rw read", "io --connect ip:127.0.0.1"})
    void aMissingOptionIsNamedAndExitsWithTwo(String line) {
        Run run = Run.of(line.split(" "));
        assertThat(run.err()).contains("Missing required option").contains("--help");
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void withoutACommandTheCommandsAreNamed() {
        Run run = Run.of();
        assertThat(run.err()).contains("demo, serve, io, doctor");
        assertThat(run.exit()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "demo ", "serve ", "io ", "doctor "})
    void helpIsEverywhere(String command) {
        Run run = Run.of((command + "--help").split(" "));
        assertThat(run.out()).startsWith("Usage: rtrs " + command.strip());
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "ip:10.9.0.1@ip:10.9.0.2, ip:10.9.0.1@ip:10.9.0.2",
        "ip:10.9.0.2, ip:10.9.0.2",
        "ip:fd09::1@ip:fd09::2, ip:fd09::1@ip:fd09::2",
        "ip:[fd09::1]@ip:[fd09::2], ip:fd09::1@ip:fd09::2"
    })
    void aPathIsWrittenAsTheKernelWritesItAndWithBrackets(String text, String path) {
        assertThat(new Arguments.Path().convert(text)).hasToString(path);
    }

    @ParameterizedTest
    @CsvSource({"10.9.0.1, 10.9.0.1", "[::1], 0:0:0:0:0:0:0:1", "::, 0:0:0:0:0:0:0:0", "ip:10.9.0.1, 10.9.0.1"})
    void anAddressIsReadInAnyNotation(String text, String address) {
        assertThat(new Arguments.Address().convert(text).getHostAddress()).isEqualTo(address);
    }

    @Test
    void aChunkHoldsTheLargestIoAndItsHeader() {
        Chunks chunks = Chunks.of(Rtrs.commandLine(), "--bs", 128 << 10, "--qd", 32);
        assertThat(chunks.size()).isEqualTo(256 << 10);
        assertThat(chunks.maxIo()).isGreaterThanOrEqualTo(128 << 10);
        assertThat(Chunks.of(Rtrs.commandLine(), "--bs", 1, "--qd", 32).size()).isEqualTo(8192);
        assertThat(Chunks.of(Rtrs.commandLine(), "--bs", 126976, "--qd", 32).size())
                .isEqualTo(128 << 10);
    }
}
