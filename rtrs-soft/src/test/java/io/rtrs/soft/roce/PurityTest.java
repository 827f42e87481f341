package io.rtrs.soft.roce;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.rtrs.soft.roce.wire.Layouts;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.Timer;
import java.util.UUID;

/** Softroce is pure but for its drivers: no sockets, channels, threads, clocks, unseeded randomness or native calls. */
class PurityTest {
    private static final JavaClasses CLASSES = new ClassFileImporter().importPath(Path.of("target/classes"));
    private static final String SOFTROCE = "io.rtrs.soft.roce..";
    private static final String DRIVER = "io.rtrs.soft.roce.driver..";

    private static final ArchRule NO_EFFECTS = noClasses()
            .that()
            .resideInAPackage(SOFTROCE)
            .and()
            .resideOutsideOfPackage(DRIVER)
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.nio.channels..", "java.nio.file..", DRIVER)
                    .or(type(Thread.class))
                    .or(type(Linker.class))
                    .or(type(Socket.class))
                    .or(type(ServerSocket.class))
                    .or(type(DatagramSocket.class))
                    .or(type(Timer.class)));

    private static final ArchRule NO_CLOCK = noClasses()
            .that()
            .resideInAPackage(SOFTROCE)
            .and()
            .resideOutsideOfPackage(DRIVER)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callConstructor(Random.class);

    private static final ArchRule NAMED_BYTE_ORDER = noClasses()
            .that()
            .resideInAnyPackage("io.rtrs.soft.roce.wire..", "io.rtrs.soft.roce.link..")
            .and()
            .doNotBelongToAnyOf(Layouts.class)
            .should()
            .accessFieldWhere(new DescribedPredicate<JavaAccess<?>>("the target is a raw ValueLayout") {
                @Override
                public boolean test(JavaAccess<?> access) {
                    return access.getTargetOwner().isEquivalentTo(ValueLayout.class);
                }
            });

    @Test
    void only_drivers_have_effects_clocks_and_randomness() {
        NO_EFFECTS.check(CLASSES);
        NO_CLOCK.check(CLASSES);
    }

    @Test
    void bytes_of_the_wire_have_a_named_order() {
        NAMED_BYTE_ORDER.check(CLASSES);
    }

    @Test
    void the_rules_find_what_they_forbid() {
        assertThat(CLASSES.containPackage("io.rtrs.soft.roce.wire")).isTrue();
        assertThat(CLASSES.containPackage("io.rtrs.soft.roce.link")).isTrue();
        JavaClasses offenders = new ClassFileImporter().importClasses(ImpureSample.class);
        for (ArchRule rule : new ArchRule[] {NO_EFFECTS, NO_CLOCK}) {
            assertThatThrownBy(() -> rule.check(offenders)).isInstanceOf(AssertionError.class);
        }
    }

    /** What must not be. */
    private static final class ImpureSample {
        static String run() {
            return Thread.currentThread().getName() + System.nanoTime();
        }
    }

    @Test
    void the_offender_offends() {
        assertThat(ImpureSample.run()).isNotEmpty();
    }
}
