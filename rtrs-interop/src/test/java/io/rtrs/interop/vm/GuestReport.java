package io.rtrs.interop.vm;

import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

/** Reads the XML reports that JUnit's console launcher wrote in the guest. */
final class GuestReport {
    private static final Pattern DISPLAY_NAME = Pattern.compile("(?m)^display-name: (.*)$");
    private static final Pattern IDENTITY = Pattern.compile("(?m)^(unique-id|display-name): .*\\R?");

    private GuestReport() {}

    enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    /**
     * One test as it ended in the guest.
     *
     * @param detail the stack trace of a failed test, the reason of a skipped one
     * @param output what it printed
     */
    record GuestTest(String className, String name, Outcome outcome, String detail, String output) {}

    /** All tests of all reports in the folder, in the order of the reports; none if the folder is missing. */
    static List<GuestTest> readAll(Path folder) throws IOException {
        List<GuestTest> tests = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return tests;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.getFileName().toString().matches("TEST-.*\\.xml"))
                    .sorted()
                    .toList()) {
                tests.addAll(read(file));
            }
        }
        return tests;
    }

    static List<GuestTest> read(Path file) throws IOException {
        try {
            DocumentBuilder builder =
                    DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler()); // throws, the usual one prints besides
            NodeList cases = builder.parse(file.toFile()).getElementsByTagName("testcase");
            List<GuestTest> tests = new ArrayList<>();
            for (int index = 0; index < cases.getLength(); index++) {
                tests.add(test((Element) cases.item(index)));
            }
            return tests;
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("no JUnit report: " + file, e);
        }
    }

    private static GuestTest test(Element testCase) {
        Outcome outcome = Outcome.PASSED;
        String detail = "";
        StringBuilder output = new StringBuilder();
        NodeList children = testCase.getChildNodes();
        for (int index = 0; index < children.getLength(); index++) {
            Node child = children.item(index);
            switch (child.getNodeName()) {
                case "failure", "error" -> {
                    outcome = Outcome.FAILED;
                    detail = child.getTextContent();
                }
                case "skipped" -> {
                    outcome = Outcome.SKIPPED;
                    detail = child.getTextContent();
                }
                case "system-out", "system-err" -> output.append(child.getTextContent());
                default -> {} // white space
            }
        }
        String printed = IDENTITY.matcher(output).replaceAll("").strip();
        return new GuestTest(
                testCase.getAttribute("classname"),
                name(testCase.getAttribute("name"), output),
                outcome,
                detail.strip(),
                printed);
    }

    /** The method's name, and what tells one invocation of it from the others: the end of its display path. */
    private static String name(String method, CharSequence output) {
        String plain = method.replaceFirst("\\(.*", "");
        Matcher display = DISPLAY_NAME.matcher(output);
        if (!display.find()) {
            return plain;
        }
        String last = display.group(1).replaceFirst("^.* > ", "");
        return last.startsWith(plain + "(") ? plain : plain + " " + last;
    }
}
