package io.rtrs.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class ColumnsTest {
    private static Columns table() {
        Columns table = new Columns("PATH", "STATE", "IO/s", "ERROR");
        table.row("ip:10.9.0.1@ip:10.9.0.2", "connected", "1234", "");
        table.row("ip:10.9.0.3@ip:10.9.0.4", "closed", "-", "nobody listens on port 1234");
        return table;
    }

    @Test
    void allColumnsWhereThereIsRoom() {
        assertThat(table().lines(100))
                .containsExactly(
                        "PATH                         STATE  IO/s                        ERROR",
                        "ip:10.9.0.1@ip:10.9.0.2  connected  1234",
                        "ip:10.9.0.3@ip:10.9.0.4     closed     -  nobody listens on port 1234");
    }

    @Test
    void whatMattersLeastIsLeftOutAndThenTheFirstIsShortened() {
        assertThat(table().lines(40))
                .containsExactly(
                        "PATH                         STATE  IO/s",
                        "ip:10.9.0.1@ip:10.9.0.2  connected  1234",
                        "ip:10.9.0.3@ip:10.9.0.4     closed     -");
        assertThat(table().lines(39))
                .containsExactly(
                        "PATH                         STATE",
                        "ip:10.9.0.1@ip:10.9.0.2  connected",
                        "ip:10.9.0.3@ip:10.9.0.4     closed");
        assertThat(table().lines(30))
                .containsExactly(
                        "PATH                     STATE",
                        "ip:10.9.0…:10.9.0.2  connected",
                        "ip:10.9.0…:10.9.0.4     closed");
        assertThat(table().lines(20)).first().isEqualTo("PATH");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 12, 20, 30, 40, 80, 200})
    void noLineIsLongerThanTheTerminal(int width) {
        List<String> lines = table().lines(width);
        assertThat(lines).hasSize(3).allMatch(line -> !line.isEmpty() && line.length() <= width);
    }

    @ParameterizedTest
    @CsvSource({
        "abcdef, 6, abcdef",
        "abcdef, 5, ab…ef",
        "abcdef, 4, a…ef",
        "abcdef, 3, a…f",
        "abcdef, 2, …f",
        "abcdef, 1, a"
    })
    void theMiddleIsCutOut(String text, int width, String shortened) {
        assertThat(Columns.shorten(text, width)).isEqualTo(shortened);
    }

    @Test
    void nothingWithoutRows() {
        assertThat(new Columns("PATH").lines(80)).isEmpty();
    }
}
