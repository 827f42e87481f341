package io.rtrs.interop.specification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sections of a file of {@code docs/spec}, their numbered items, and those of its conformance checklist. */
final class Specification {
    private static final Pattern HEADING = Pattern.compile("#{2,3} (\\d+(?:\\.\\d+)?)\\.? (.*)");
    private static final Pattern ITEM = Pattern.compile(" {0,2}\\*{0,2}(\\d+)\\.\\*{0,2} (.*)");

    private final String name;
    private final Set<String> places = new HashSet<>();
    private final Map<String, String> checklist = new LinkedHashMap<>();

    private Specification(String name, List<String> lines) {
        this.name = name;
        String section = "";
        boolean inChecklist = false;
        for (String line : lines) {
            Matcher heading = HEADING.matcher(line);
            Matcher item = ITEM.matcher(line);
            if (heading.matches()) {
                section = heading.group(1);
                places.add(section);
                inChecklist = heading.group(2).startsWith("Conformance checklist");
            } else if (item.matches()) {
                String place = section + "." + item.group(1);
                places.add(place);
                if (inChecklist) {
                    checklist.put(place, item.group(2));
                }
            }
        }
    }

    /** All in a folder, in the order of their names, but for what is generated. */
    static List<Specification> all(Path folder) throws IOException {
        List<Specification> all = new ArrayList<>();
        for (String name : List.of("iwarp", "rnbd", "rocev2", "rtrs")) {
            all.add(new Specification(name, Files.readAllLines(folder.resolve(name + ".md"))));
        }
        return all;
    }

    static Specification of(String name, String text) {
        return new Specification(name, text.lines().toList());
    }

    String name() {
        return name;
    }

    /** The checklist's items: {@code 19.4} and what it says. */
    Map<String, String> checklist() {
        return checklist;
    }

    /** Whether what is cited stands there, as a section or as an item. */
    boolean has(Citation citation) {
        String place = citation.place();
        return places.contains(place)
                || (!citation.within().isEmpty() && places.contains(citation.within() + "." + place));
    }
}
