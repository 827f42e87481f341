package io.rtrs.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class JsonTest {
    @Test
    void anObjectHasItsFieldsInTheOrderOfWriting() {
        Json json = new Json()
                .put("verified", true)
                .put("ops", 12)
                .put("seconds", 1.25, 3)
                .put("latency_us", new Json().put("p50", 3.0, 1))
                .put("findings", List.of(new Json(), new Json().put("a", 1)))
                .put("nothing", (String) null)
                .put("unknown", (Boolean) null);
        assertThat(json.toString())
                .isEqualTo("{\"verified\":true,\"ops\":12,\"seconds\":1.250,\"latency_us\":{\"p50\":3.0},"
                        + "\"findings\":[{},{\"a\":1}],\"nothing\":null,\"unknown\":null}");
    }

    @Test
    void quotesBackslashesAndControlCharactersAreEscaped() {
        assertThat(new Json().put("a\"b", "c\\d\n\u0001é").toString())
                .isEqualTo("{\"a\\\"b\":\"c\\\\d\\u000a\\u0001é\"}");
    }

    @Test
    void whatIsNoNumberIsNull() {
        assertThat(new Json()
                        .put("a", Double.NaN, 1)
                        .put("b", Double.POSITIVE_INFINITY, 1)
                        .toString())
                .isEqualTo("{\"a\":null,\"b\":null}");
    }
}
