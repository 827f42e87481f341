package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.cli.load.LoadShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import java.net.InetAddress;
import java.net.UnknownHostException;

class ArgumentsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    demo --size 12Q                                     | --size      | 12Q
                    demo --size 0                                       | --size      | 0
                    demo --file /dev/null                               | --file      | /dev/null
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
                    serve --listen localhost                            | --listen    | write --listen 127.0.0.1
                    serve --listen 127.0.0.1:99                         | --listen    | --port 99
                    serve --listen 127.1                                | --listen    | 127.1
                    serve --listen 127.0.0.1 --listen ip:127.0.0.1      | --listen    | is given twice
                    serve --listen ::1 --listen 0:0:0:0:0:0:0:1         | --listen    | is given twice
                    serve --listen 127.0.0.1 --memory 0                 | --memory    | 0
                    serve --listen 127.0.0.1 --memory 3                 | --memory    | less than 4K
                    serve --listen 127.0.0.1 --memory 4095              | --memory    | 4095
                    serve --listen 127.0.0.1 --memory -1                | --memory    | -1
                    serve --listen 127.0.0.1 --memory 8388608T          | --memory    | too large
                    serve --listen 127.0.0.1 --memory 4K --memory 8K    | --memory    | only once
                    serve --listen 127.0.0.1 --queue-depth 0            | --queue-depth | 0
                    serve --listen 127.0.0.1 --queue-depth -1           | --queue-depth | -1
                    serve --listen 127.0.0.1 --queue-depth 99999999999  | --queue-depth | 99999999999
                    serve --listen 127.0.0.1 --max-io 0                 | --max-io    | 0
                    serve --listen 127.0.0.1 --max-io 1T                | --max-io    | 1T
                    serve --listen 127.0.0.1 --port -1                  | --port      | -1
                    serve --listen 127.0.0.1 --port 99999999999         | --port      | 99999999999
                    serve --listen 127.0.0.1 --provider softroce --provider ibverbs | --provider | only once
                    demo --size -1                                      | --size      | -1
                    demo --size 8388608T                                | --size      | too large
                    demo --size 1M --size 2M                            | --size      | only one
                    demo --qd -1                                        | --qd        | -1
                    demo --bs 99999999999999999999                      | --bs        | too large
                    serve --listen 127.0.0.1 --queue-depth 70000        | --queue-depth | 70000
                    serve --listen 127.0.0.1 --max-io 8M --queue-depth 17 | --queue-depth | 17
                    io --connect 127.0.0.1 --rw read                    | --connect   | 127.0.0.1
                    io --connect localhost --rw read                    | --connect   | write --connect ip:127.0.0.1
                    io --connect ip:127.0.0.1:99 --rw read              | --connect   | --port 99
                    io --connect ip:[fd12:3456::2]:1235 --rw read       | --connect   | write --connect ip:fd12:3456::2 --port 1235
                    io --connect ip:[fd12::1]@ip:[fd12::2]:5 --rw read  | --connect   | write --connect ip:fd12::1@ip:fd12::2 --port 5
                    io --connect ip:[fd12:3456::2]0 --rw read           | --connect   | ip:[fd12:3456::2]0' is no path
                    doctor --connect ip:[fd12:3456::2]:1235             | --connect   | write --connect ip:fd12:3456::2 --port 1235
                    io --connect gid:fe80::1 --rw read                  | --connect   | write ip:ADDRESS
                    io --connect ip:0.0.0.0 --rw read                   | --connect   | ip:0.0.0.0' leads nowhere
                    io --connect ip::: --rw read                        | --connect   | write one of those
                    io --connect ip:[::] --rw read                      | --connect   | write one of those
                    io --connect ip:127.0.0.1@ip:224.0.0.1 --rw read    | --connect   | is a multicast address
                    doctor --connect ip:ff02::1                         | --connect   | write the server's own address
                    io --connect ip:255.255.255.255 --rw read           | --connect   | is the broadcast address
                    io --connect ip:127.0.0.1 --connect ip:127.0.0.1 --rw read | --connect | is given twice
                    io --connect ip:1.2.3.4.5 --rw read                 | --connect   | ip:1.2.3.4.5
                    io --connect ip:127.0.0.1 --rw backwards            | --rw        | none of write, read, randwrite
                    io --connect ip:127.0.0.1 --rw read --port 0        | --port      | is no port: those are 1 to 65535
                    io --connect ip:127.0.0.1 --rw read --mix 30        | --mix       | 30
                    io --connect ip:127.0.0.1 --rw randrw --mix 101     | --mix       | 101
                    io --connect ip:127.0.0.1 --rw read --runtime 10    | --runtime   | 10
                    io --connect ip:127.0.0.1 --rw read --runtime 0s    | --runtime   | 0
                    io --connect ip:127.0.0.1 --rw read --size 0        | --size      | 0
                    io --connect ip:127.0.0.1 --rw read --size -1       | --size      | -1
                    io --connect ip:127.0.0.1 --rw read --bs 4K --size 2K | --size    | less than one block of --bs 4K
                    io --connect ip:127.0.0.1 --rw read --size 8388608T | --size      | too large
                    io --connect ip:127.0.0.1 --rw read --size 1M --size 2M | --size  | only once
                    io --connect ip:127.0.0.1 --rw read --runtime -1s   | --runtime   | -1s
                    io --connect ip:127.0.0.1 --rw read --runtime 366d  | --runtime   | longer than 365 days
                    io --connect ip:127.0.0.1 --rw read --wait 25h      | --wait      | longer than a day
                    io --connect ip:127.0.0.1 --rw read --runtime 1s --runtime 2s | --runtime | only once
                    io --connect ip:127.0.0.1 --rw read --jobs 0        | --jobs      | 0
                    io --connect ip:127.0.0.1 --rw read --jobs 65536    | --jobs      | 65536
                    io --connect ip:127.0.0.1 --rw read --qd 0          | --qd        | 0
                    io --connect ip:127.0.0.1 --rw read --bs 0          | --bs        | 0
                    io --connect ip:127.0.0.1 --rw read --bs -4K        | --bs        | -4K
                    io --connect ip:127.0.0.1 --rw read --rw write      | --rw        | only once
                    io --connect ip:127.0.0.1 --rw randrw --mix -1      | --mix       | -1
                    io --connect ip:127.0.0.1 --rw read --qd 60000 --jobs 2 | --jobs  | 2
                    io --connect ip:127.0.0.1 --rw read --policy best   | --policy    | none of round-robin, min
                    io --connect ip:127.0.0.1 --rw read --qdd 3         | --qdd       | did you mean --qd?
                    io --connect ip:127.0.0.1 --rw read --port 65536    | --port      | is no port: those are 1 to 65535
                    doctor --connect ip:127.0.0.1 --port 0              | --port      | is no port: those are 1 to 65535
                    serve --listen 127.0.0.1 --port 70000               | --port      | 70000' is no port: those are 1 to 65535
                    io --connect ip:127.0.0.1 --rw read --qd 0          | --qd        | 0' is no number from 1 to 65535
                    io --connect ip:127.0.0.1 --rw randrw --mix 101     | --mix       | 101' is no number from 0 to 100
                    io --connect ip:127.0.0.1 --rw read --bs 0          | --bs        | 0' is no size from 1 to 128M
                    doctor frob                                         | frob        | is no option, and this command takes nothing else
                    io --connect ip:127.0.0.1 --rw read write           | write       | is no option
                    serve --listen 127.0.0.1 more                       | more        | is no option
                    frobnicate                                          | frobnicate  | there are demo, serve, io, stat, path, doctor
                    demmo                                               | demmo       | did you mean demo?
                    """)
    void aWrongArgumentIsNamedWithItsValueAndExitsWithTwo(String line, String option, String value) {
        Run run = Run.of(line.split(" "));
        assertThat(run.err().lines().findFirst().orElse("")).contains(option).contains(value);
        assertThat(run.out()).isEmpty();
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void aWordThatIsLikeNoneIsNotTakenForOne() {
        assertThat(Run.of("frobnicate").err()).doesNotContain("did you mean");
        assertThat(Run.of("path", "frobnicate").err())
                .contains("there is no command")
                .doesNotContain("did you mean");
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
        assertThat(run.err()).contains("which command? demo, serve, io, stat, path, doctor");
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    box                           | box is a name, not an address: that of 10.9.0.7 and fd09::7; write --connect ip:10.9.0.7
                    ip:box:99                     | box is a name, not an address: that of 10.9.0.7 and fd09::7; write --connect ip:10.9.0.7 --port 99
                    ip:10.9.0.1@ip:box            | box is a name, not an address: that of 10.9.0.7 and fd09::7; write --connect ip:10.9.0.1@ip:10.9.0.7
                    10.9.0.1,10.9.0.2             | write --connect ip:10.9.0.1@ip:10.9.0.2
                    ip:10.9.0.1:5@ip:10.9.0.2:6   | write --connect ip:10.9.0.1@ip:10.9.0.2 --port 6
                    ip:[fd09::1]:6                | write --connect ip:fd09::1 --port 6
                    nobody                        | nobody is a name, not an address, and cannot be looked up here
                    ip:1.2.3                      | ''
                    ip:                           | ''
                    """)
    void whatWasMeantByAWrongPathIsSaid(String wrong, String advice) {
        assertThat(AddressAdvice.forPath("--connect", wrong, ArgumentsTest::lookedUp))
                .isEqualTo(advice);
    }

    private static InetAddress[] lookedUp(String name) throws UnknownHostException {
        if (!name.equals("box")) {
            throw new UnknownHostException(name);
        }
        return new InetAddress[] {InetAddress.ofLiteral("10.9.0.7"), InetAddress.ofLiteral("fd09::7")};
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    4096    | 32    | 64  | --jobs | with --qd 32 makes 2048 requests in flight, and the server takes 256: lower --jobs to 8 or --qd to 4
                    4096    | 300   | 2   | --jobs | lower --qd to 128, or
                    4096    | 300   | 300 | --jobs | lower both, or
                    4096    | 257   | 1   | --qd   | lower it to 256, or raise rtrs serve --queue-depth
                    131073  | 1     | 1   | --bs   | lower it to 128K, or raise rtrs serve --max-io
                    """)
    void aLimitOfTheServerNamesTheOptionToLowerAndToWhat(int bs, int qd, int jobs, String option, String says) {
        IoLimits limits = new IoLimits(128 << 10, 256, 1 << 30);
        assertThatThrownBy(() -> limits.check(Rtrs.commandLine(), new LoadShape(1 << 30, bs, qd, jobs), Long.MAX_VALUE))
                .isInstanceOf(CommandLine.ParameterException.class)
                .hasMessageContaining("'" + option + "'")
                .hasMessageContaining(says);
    }

    @Test
    void aBlockLargerThanTheServersMemoryAndVersionsLargerThanTheHeapAreRefused() {
        assertThatThrownBy(() -> new IoLimits(128 << 10, 256, 4096)
                        .check(Rtrs.commandLine(), new LoadShape(4096, 8192, 1, 1), Long.MAX_VALUE))
                .hasMessageContaining("'--bs': '8K' is more than all of the server's memory: lower it to 4K");
        assertThatThrownBy(() -> new IoLimits(128 << 10, 256, 1L << 40)
                        .check(Rtrs.commandLine(), new LoadShape(1L << 40, 4096, 1, 1), 1 << 30))
                .hasMessageContaining("--verify keeps 4 bytes for each of 268435456 blocks")
                .hasMessageContaining("RTRS_JAVA_OPTS=-Xmx3G");
        assertThatThrownBy(() -> new IoLimits(128 << 10, 256, 1L << 40)
                        .check(Rtrs.commandLine(), new LoadShape(1L << 40, 1, 1, 1), Long.MAX_VALUE))
                .hasMessageContaining("'--bs': '1' makes 1099511627776 blocks");
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
