package io.rtrs.interop.specification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

class CitationTest {
    private static final Specification SPECIFICATION = Specification.of("rtrs", """
                    ## 7. IO path
                    1. first
                    2. second
                    ### 7.2 Client
                    3. third
                    ## 19. Conformance checklist
                    Encoding
                    1. CON_REQ is 56 bytes.
                    2. Magic bytes.
                    ## 20. After it
                    1. not of the checklist
                    """);

    private static List<String> places(String text) {
        return Citation.in(text).stream().map(Citation::place).toList();
    }

    @Test
    void aListIsReadToItsEndAndNoFurther() {
        assertThat(places("// spec/rtrs.md 7.2, 19.1; 5 and 6.3, or 8.1")).containsExactly("7.2", "19.1", "5", "6.3");
    }

    @Test
    void itemsAfterAColonAreItemsOfTheSection() {
        assertThat(places("spec/rtrs.md 19: 84, 87.")).containsExactly("19.84", "19.87");
    }

    @Test
    void aRangeIsAllThatIsBetween() {
        assertThat(places("(spec/rtrs.md 19.80 to 19.83)")).containsExactly("19.80", "19.81", "19.82", "19.83");
        assertThatThrownBy(() -> places("spec/rtrs.md 19.80 to 20.1")).hasMessageContaining("19.80 to 20.1");
    }

    @Test
    void aLineOfACommentMayEndWithinIt() {
        assertThat(places("/**\n * As it is (spec/rtrs.md\n * 7.2, 19.1).\n */"))
                .containsExactly("7.2", "19.1");
        assertThat(places("// spec/rtrs.md 7.2,\n        // 19.2")).containsExactly("7.2", "19.2");
    }

    @Test
    void sectionsItemsAndTheChecklistAreFound() {
        assertThat(SPECIFICATION.checklist())
                .containsExactly(
                        java.util.Map.entry("19.1", "CON_REQ is 56 bytes."),
                        java.util.Map.entry("19.2", "Magic bytes."));
        for (Citation citation : Citation.in("spec/rtrs.md 7, 7.1, 7.2, 3; 19.2, 20.1")) {
            assertThat(SPECIFICATION.has(citation)).as(citation.toString()).isTrue();
        }
    }

    @Test
    void whatDoesNotStandThereIsMissed() {
        for (String place : List.of("8", "7.4", "7.2, 4", "19.3")) {
            assertThat(SPECIFICATION.has(Citation.in("spec/rtrs.md " + place).getLast()))
                    .as(place)
                    .isFalse();
        }
    }
}
