package io.rtrs.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.rtrs.client.driver.Ambient;
import io.rtrs.core.driver.ControlLoop;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** A client has its time, its identities and its chance from one place, which a simulation may fill. */
class AmbientTest {
    private static final ArchRule NO_OTHER_SOURCE = noClasses()
            .that()
            .doNotBelongToAnyOf(Ambient.class)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(ControlLoop.class, "nowNs")
            .orShould()
            .callMethod(LocalTime.class, "now", ZoneId.class)
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(RandomGenerator.class, "getDefault")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callConstructor(Random.class);

    @Test
    void nothingElseAsksTheMachine() {
        NO_OTHER_SOURCE.check(new ClassFileImporter().importPath(Path.of("target/classes")));
    }

    @Test
    void theRuleFindsWhatItForbids() {
        assertThatThrownBy(() -> NO_OTHER_SOURCE.check(new ClassFileImporter().importClasses(Offender.class)))
                .isInstanceOf(AssertionError.class);
    }

    /** Does what a client must not. */
    private static final class Offender {
        @SuppressWarnings("unused") // looked at, never called
        UUID chance() {
            return UUID.randomUUID();
        }
    }
}
