package io.rtrs.verbs.ibverbs.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

class LayoutTest {
    private static final String GOLDEN = "lp64.golden";

    @Test
    void theLayoutsInUseAreThoseOfTheGoldenFile() throws Exception {
        assertThat(layoutsInUse()).isEqualTo(parse(resource(GOLDEN)));
    }

    @Test
    void theGoldenFileIsWhatTheCompilerSays(@TempDir Path folder) throws Exception {
        Path source = Files.writeString(folder.resolve("layout.c"), resource("layout.c"));
        Path program = folder.resolve("layout");
        String header = "#include <rdma/rdma_cma.h>\n#include <infiniband/verbs.h>\nint main(void) { return 0; }\n";
        Path probe = Files.writeString(folder.resolve("probe.c"), header);
        assumeTrue(
                run("gcc", "-o", program.toString(), probe.toString()) == 0,
                "no gcc, or no headers of rdma-core (Debian: gcc, libibverbs-dev, librdmacm-dev)");
        assertThat(run("gcc", "-Wall", "-Werror", "-o", program.toString(), source.toString()))
                .as("gcc of layout.c")
                .isZero();

        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(program.toString())
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor()).isZero();

        assertThat(parse(Files.readString(output))).isEqualTo(parse(resource(GOLDEN)));
    }

    private static int run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                fail(String.join(" ", command) + " does not end");
            }
            return process.exitValue();
        } catch (IOException e) {
            return -1; // there is no such program
        }
    }

    /** By the names of the golden file, with underscores for the dots of nested members. */
    private static Map<String, Integer> layoutsInUse() throws IllegalAccessException {
        Map<String, Integer> layouts = new TreeMap<>();
        for (Class<?> header : new Class<?>[] {VerbsLayout.class, CmLayout.class, LibcLayout.class}) {
            for (Class<?> struct : header.getDeclaredClasses()) {
                for (Field member : struct.getDeclaredFields()) {
                    layouts.put(struct.getSimpleName() + "." + member.getName(), member.getInt(null));
                }
            }
        }
        return layouts;
    }

    private static Map<String, Integer> parse(String lines) {
        Map<String, Integer> layouts = new TreeMap<>();
        lines.lines().forEach(line -> {
            int space = line.indexOf(' ');
            int dot = line.indexOf('.');
            String name = line.substring(0, dot) + "."
                    + line.substring(dot + 1, space).replace('.', '_');
            layouts.put(name, Integer.valueOf(line.substring(space + 1)));
        });
        return layouts;
    }

    private static String resource(String name) {
        try (InputStream in = LayoutTest.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
