package io.rtrs.soft.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class RollingFileTest {
    @TempDir
    private Path folder;

    @Test
    void theEndOfALongRecordingIsKeptAndBothFilesBeginWithTheHeader() throws IOException {
        Path file = folder.resolve("recording");
        try (RollingFile out = new RollingFile(file, 12)) {
            for (String record : new String[] {"head", "one!", "two!", "tri!", "four", "five", "six!"}) {
                out.write(record.getBytes(StandardCharsets.US_ASCII));
            }
        }
        assertThat(folder.resolve("before-recording")).hasContent("headtri!four");
        assertThat(file).hasContent("headfivesix!");
    }

    @Test
    void whatWasFlushedIsInTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("recording"), "of an earlier run");
        try (RollingFile out = new RollingFile(file, 12)) {
            out.write('h');
            out.write('1');
            out.flush();
            assertThat(file).hasContent("h1");
        }
    }
}
