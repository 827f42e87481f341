package io.rtrs.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * A server has its time, its identities and its chance from {@link io.rtrs.core.driver.Ambient}, which a simulation may fill;
 * and threads of its own in the package named driver alone.
 */
class PurityTest {
    private static final JavaClasses CLASSES = new ClassFileImporter().importPath(Path.of("target/classes"));

    private static final ArchRule NO_CLOCK_OR_CHANCE = noClasses()
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
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

    /** The builder asks whether other threads than the caller's may use a piece of memory. */
    private static final ArchRule NO_THREAD = noClasses()
            .that()
            .resideOutsideOfPackage("io.rtrs.server.driver")
            .and()
            .doNotHaveSimpleName("Builder")
            .should()
            .dependOnClassesThat(DescribedPredicate.describe("are threads", PurityTest::isThread));

    private static final ArchRule POLICIES_ARE_PURE = noClasses()
            .that()
            .resideInAPackage("io.rtrs.server.policy")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.nio.channels..",
                    "java.util.concurrent..",
                    "com.ibm.disni..",
                    "io.rtrs.verbs..",
                    "io.rtrs.core.connection",
                    "io.rtrs.core.driver",
                    "org.slf4j..");

    private static boolean isThread(JavaClass type) {
        return type.isAssignableTo(Thread.class);
    }

    @Test
    void nothingAsksTheMachineForTimeOrChance() {
        NO_CLOCK_OR_CHANCE.check(CLASSES);
    }

    @Test
    void onlyDriversHaveThreads() {
        assertThat(CLASSES.containPackage("io.rtrs.server.driver")).isTrue();
        NO_THREAD.check(CLASSES);
    }

    /** The session is on top of its paths, they are on top of requests, and the decisions below know none of them. */
    @Test
    void packagesDependOnEachOtherOneWay() {
        slices().matching("io.rtrs.server.(*)").should().beFreeOfCycles().check(CLASSES);
        POLICIES_ARE_PURE.check(CLASSES);
    }

    @Test
    void theRulesFindWhatTheyForbid() {
        JavaClasses offenders = new ClassFileImporter().importClasses(Offender.class);
        for (ArchRule rule : new ArchRule[] {NO_CLOCK_OR_CHANCE, NO_THREAD}) {
            assertThatThrownBy(() -> rule.check(offenders)).isInstanceOf(AssertionError.class);
        }
    }

    /** Does what a server must not. */
    private static final class Offender {
        @SuppressWarnings("unused") // looked at, never called
        UUID chance() {
            return new UUID(
                    UUID.randomUUID().getLeastSignificantBits(),
                    Thread.currentThread().threadId());
        }
    }
}
