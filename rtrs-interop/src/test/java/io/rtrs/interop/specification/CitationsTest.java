package io.rtrs.interop.specification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What code, tests and documents cite of {@code docs/spec} stands there; each item of a checklist is cited by a test, or
 * stands in {@code exceptions.txt} with its reason; the page of both is what they say now.
 */
class CitationsTest {
    private static final Path ROOT = Path.of("..");
    private static final Path FOLDER = ROOT.resolve("docs/spec");
    private static final Path PAGE = FOLDER.resolve("citations.md");

    /** With {@code -Drtrs.golden=write} the page is written anew, to be reviewed as a diff. */
    private static final boolean WRITE = "write".equals(System.getProperty("rtrs.golden"));

    private static final Set<String> OTHERS_FOLDERS = Set.of("target", ".git", "spec", "node_modules");

    private static List<Specification> specifications;
    private static final Map<Path, List<Citation>> cited = new LinkedHashMap<>();

    @BeforeAll
    static void readAll() throws IOException {
        specifications = Specification.all(FOLDER);
        List<Path> sources = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean others = OTHERS_FOLDERS.contains(folder.getFileName().toString());
                return others ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if ((name.endsWith(".java") || name.endsWith(".md")) && !name.equals("CitationTest.java")) {
                    sources.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        sources.sort(null);
        for (Path source : sources) {
            cited.put(source, Citation.in(Files.readString(source)));
        }
    }

    private static boolean isTest(Path source) {
        return source.toString().contains("/src/test/") && source.toString().endsWith("Test.java");
    }

    @Test
    void whatIsCitedStandsThere() {
        List<String> missing = new ArrayList<>();
        int count = 0;
        for (Map.Entry<Path, List<Citation>> source : cited.entrySet()) {
            for (Citation citation : source.getValue()) {
                count++;
                if (specifications.stream()
                        .noneMatch(s -> s.name().equals(citation.specification()) && s.has(citation))) {
                    missing.add(ROOT.relativize(source.getKey()) + ": spec/" + citation.specification() + ".md "
                            + citation.place());
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(count).isGreaterThan(500);
    }

    @Test
    void eachItemOfAChecklistIsCitedByATestOrExcepted() throws IOException {
        Map<String, String> exceptions = exceptions();
        List<String> neither = new ArrayList<>();
        List<String> both = new ArrayList<>();
        Set<String> known = new TreeSet<>();
        for (Specification specification : specifications) {
            for (String item : specification.checklist().keySet()) {
                String place = specification.name() + " " + item;
                known.add(place);
                boolean tested = !testsOf(specification, item).isEmpty();
                if (tested && exceptions.containsKey(place)) {
                    both.add(place);
                } else if (!tested && !exceptions.containsKey(place)) {
                    neither.add(place);
                }
            }
        }
        assertThat(neither).as("no test cites it").isEmpty();
        assertThat(both).as("a test cites it: it is no exception any more").isEmpty();
        assertThat(known).as("an exception names an item").containsAll(exceptions.keySet());
    }

    @Test
    void thePageIsWhatTestsCite() throws IOException {
        String page = page();
        if (WRITE) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/spec/citations.md; -Drtrs.golden=write writes it")
                .isEqualTo(page);
    }

    /** Lines of {@code rtrs 19.4: reason}. */
    private static Map<String, String> exceptions() throws IOException {
        Map<String, String> exceptions = new LinkedHashMap<>();
        for (String line : Files.readAllLines(FOLDER.resolve("exceptions.txt"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                int colon = line.indexOf(": ");
                assertThat(colon).as(line).isPositive();
                exceptions.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return exceptions;
    }

    private static Set<String> testsOf(Specification specification, String item) {
        Set<String> tests = new TreeSet<>();
        for (Map.Entry<Path, List<Citation>> source : cited.entrySet()) {
            if (isTest(source.getKey())) {
                for (Citation citation : source.getValue()) {
                    if (citation.specification().equals(specification.name())
                            && citation.place().equals(item)) {
                        tests.add(source.getKey().getFileName().toString().replace(".java", ""));
                    }
                }
            }
        }
        return tests;
    }

    private static String page() throws IOException {
        Map<String, String> exceptions = exceptions();
        StringBuilder page = new StringBuilder("""
                # Who tests the checklists

                Written by `CitationsTest` from the citations in tests and from `exceptions.txt`; do not edit.
                """);
        for (Specification specification : specifications) {
            page.append("\n## ")
                    .append(specification.name())
                    .append("\n\n| Item | Says | Tests |\n| --- | --- | --- |\n");
            specification.checklist().forEach((item, text) -> {
                Set<String> tests = testsOf(specification, item);
                String who = tests.isEmpty()
                        ? "none: " + exceptions.get(specification.name() + " " + item)
                        : "`" + String.join("`, `", tests) + "`";
                page.append("| ").append(item).append(" | ").append(text.replace("|", "\\|"));
                page.append(" | ").append(who).append(" |\n");
            });
        }
        return page.toString();
    }
}
