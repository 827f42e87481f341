package io.rtrs.interop.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.interop.vm.GuestReport.GuestTest;
import io.rtrs.interop.vm.GuestReport.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class GuestReportTest {
    private static final String REPORT = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite name="JUnit Jupiter" tests="3" skipped="1" failures="1" errors="0">
            <testcase name="plain()" classname="a.b.CTest" time="0.1">
            <system-out><![CDATA[
            unique-id: [engine:junit-jupiter]/[class:a.b.CTest]/[method:plain()]
            display-name: JUnit Jupiter > CTest > plain()
            ]]></system-out>
            </testcase>
            <testcase name="sizes(int)[2]" classname="a.b.CTest" time="0.1">
            <failure message="boom" type="java.lang.AssertionError"><![CDATA[java.lang.AssertionError: boom
            	at a.b.CTest.sizes(CTest.java:7)]]></failure>
            <system-out><![CDATA[
            unique-id: [engine:junit-jupiter]/[class:a.b.CTest]
            display-name: JUnit Jupiter > CTest > sizes(int) > [2] 512
            ]]></system-out>
            <system-out><![CDATA[said so
            ]]></system-out>
            </testcase>
            <testcase name="later()" classname="a.b.CTest" time="0">
            <skipped><![CDATA[no window]]></skipped>
            </testcase>
            </testsuite>
            """;

    @Test
    void eachTestKeepsItsNameOutcomeAndOutput(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("TEST-junit-jupiter.xml"), REPORT);
        Files.writeString(folder.resolve("other.xml"), "not a report");

        List<GuestTest> tests = GuestReport.readAll(folder);

        assertThat(tests)
                .containsExactly(
                        new GuestTest("a.b.CTest", "plain", Outcome.PASSED, "", ""),
                        new GuestTest(
                                "a.b.CTest",
                                "sizes [2] 512",
                                Outcome.FAILED,
                                "java.lang.AssertionError: boom\n\tat a.b.CTest.sizes(CTest.java:7)",
                                "said so"),
                        new GuestTest("a.b.CTest", "later", Outcome.SKIPPED, "no window", ""));
    }

    @Test
    void missingFolderHasNoTests(@TempDir Path folder) throws IOException {
        assertThat(GuestReport.readAll(folder.resolve("none"))).isEmpty();
    }

    @Test
    void truncatedReportIsAnErrorThatNamesTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("TEST-x.xml"), REPORT.substring(0, 300));

        assertThatThrownBy(() -> GuestReport.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("TEST-x.xml");
    }
}
