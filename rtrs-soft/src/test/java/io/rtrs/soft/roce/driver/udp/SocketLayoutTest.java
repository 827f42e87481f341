package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

class SocketLayoutTest {
    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <netinet/in.h>
            #include <poll.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/socket.h>
            #include <sys/uio.h>
            #include <time.h>
            #include <linux/errqueue.h>
            #include <linux/filter.h>
            """;

    @Test
    void theLayoutsAreWhatTheCompilerSays(@TempDir Path folder) throws Exception {
        TreeMap<String, Integer> layouts = new TreeMap<>();
        StringBuilder program = new StringBuilder(HEADERS).append("int main(void) {\n");
        for (Class<?> struct : SocketLayout.class.getDeclaredClasses()) {
            for (Field member : struct.getDeclaredFields()) {
                String name = struct.getSimpleName() + "." + member.getName();
                layouts.put(name, member.getInt(null));
                String value = member.getName().equals("sizeof")
                        ? "sizeof(struct " + struct.getSimpleName() + ")"
                        : "offsetof(struct " + struct.getSimpleName() + ", " + member.getName() + ")";
                program.append("printf(\"")
                        .append(name)
                        .append(" %zu\\n\", ")
                        .append(value)
                        .append(");\n");
            }
        }
        assertThat(layouts).hasSizeGreaterThan(30);
        Path source = Files.writeString(folder.resolve("layout.c"), program.append("}\n"));
        Path binary = folder.resolve("layout");
        assumeTrue(succeeds(folder, "gcc", "--version"), "no gcc");
        assertThat(succeeds(folder, "gcc", "-o", binary.toString(), source.toString()))
                .as("gcc of layout.c")
                .isTrue();
        assertThat(succeeds(folder, binary.toString())).isTrue();

        TreeMap<String, Integer> compiled = new TreeMap<>();
        for (String line : Files.readAllLines(folder.resolve("output"))) {
            String[] words = line.split(" ", 2);
            compiled.put(words[0], Integer.valueOf(words[1]));
        }
        assertThat(layouts).isEqualTo(compiled);
    }

    private static boolean succeeds(Path folder, String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("output").toFile())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }
}
