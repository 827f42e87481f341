package io.rtrs.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of docs/protocol.md names classes and tests that exist, and tests that cite the rule. */
class ProtocolPageTest {
    private static final Pattern ROW = Pattern.compile("\\| (19\\.\\d+)[^|]*\\|[^|]*\\|([^|]*)\\|([^|]*)\\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    @Test
    void every_row_names_classes_that_exist_and_a_test_that_cites_its_number() throws IOException {
        int rows = 0;
        for (String line : Files.readAllLines(Path.of("../docs/protocol.md"))) {
            var row = ROW.matcher(line);
            if (!row.matches()) {
                continue;
            }
            rows++;
            for (String name : names(row.group(2))) {
                assertThat(source("src/main/java", name)).as(name).isNotEmpty();
            }
            List<String> tests = new ArrayList<>();
            for (String name : names(row.group(3))) {
                tests.add(source("src/test/java", name));
            }
            assertThat(tests).as(row.group(1)).isNotEmpty().doesNotContain("");
            String number = row.group(1).replace(".", "\\.") + "\\b";
            assertThat(tests)
                    .as(row.group(1))
                    .anyMatch(test -> Pattern.compile(number).matcher(test).find());
        }
        assertThat(rows).isGreaterThan(30);
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }

    private static String source(String root, String name) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(root))) {
            List<Path> found =
                    files.filter(file -> file.endsWith(name + ".java")).toList();
            List<String> texts = new ArrayList<>();
            for (Path file : found) {
                texts.add(Files.readString(file));
            }
            return texts.stream().collect(Collectors.joining("\n"));
        }
    }
}
