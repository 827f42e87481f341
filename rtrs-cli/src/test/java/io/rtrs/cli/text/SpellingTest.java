package io.rtrs.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.stream.Stream;

class SpellingTest {
    @ParameterizedTest
    @CsvSource({
        "demmo, demo",
        "sreve, serve",
        "stats, stat",
        "dcotr, doctor",
        "ip, io",
        "--qdd, --qd",
        "--conect=ip:10.9.0.1, --connect",
        "disconect, disconnect",
        "dsconct, disconnect",
        "frobnicate, ''",
        "xy, ''",
        "paint, ''",
        "patience, ''",
        "x, ''",
    })
    void onlyANearWordIsOffered(String written, String word) {
        Stream<String> words =
                Stream.of("demo", "serve", "io", "stat", "path", "doctor", "disconnect", "--qd", "--connect");
        assertThat(Spelling.nearest(written, words).orElse("")).isEqualTo(word);
    }

    @ParameterizedTest
    @CsvSource({"a, a, 0", "'', abc, 3", "ab, ba, 1", "abcd, acbd, 1", "kitten, sitting, 3", "frobnicate, path, 8"})
    void lettersThatAreWrongAreCounted(String one, String other, int wrong) {
        assertThat(Spelling.distance(one, other)).isEqualTo(wrong);
        assertThat(Spelling.distance(other, one)).isEqualTo(wrong);
    }
}
