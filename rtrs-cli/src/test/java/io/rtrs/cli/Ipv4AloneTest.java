package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** A JVM that was told to use IPv4 alone: what it is asked of IPv6 is refused by the name of that setting. */
class Ipv4AloneTest {
    private static final String SETTING = "-Djava.net.preferIPv4Stack=true";

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {"serve --listen fd09::1", "io --connect ip:fd09::1 --rw read", "doctor --connect ip:fd09::1"})
    void theSettingIsNamed(String line) throws Exception {
        try (Program program = Program.startWith(SETTING, folder, (line + " --provider softroce").split(" "))) {
            assertThat(program.exit()).isEqualTo(1);
            assertThat(program.errors() + program.lines())
                    .contains("fd09:0:0:0:0:0:0:1 is an IPv6 address")
                    .contains("start it without " + SETTING);
        }
    }
}
