package io.rtrs.core;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.rtrs.core.path.ImpureSample;
import io.rtrs.core.wire.Layouts;
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
import java.util.concurrent.TimeUnit;

/** Packages that are called pure are: no sockets, channels, threads, clocks, unseeded randomness or native calls. */
class PurityTest {
    private static final String[] PURE = {
        "io.rtrs.core.wire", "io.rtrs.core.imm", "io.rtrs.core.error", "io.rtrs.core.path", "io.rtrs.core.state"
    };

    private static final JavaClasses CLASSES = new ClassFileImporter().importPath(Path.of("target/classes"));

    private static final ArchRule NO_EFFECTS = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "java.nio.channels..",
                            "java.nio.file..",
                            "java.util.concurrent..",
                            "com.ibm.disni..",
                            "io.rtrs.verbs..",
                            "org.slf4j..")
                    .and(DescribedPredicate.not(type(TimeUnit.class)))
                    .or(type(Thread.class))
                    .or(type(Linker.class))
                    .or(type(Socket.class))
                    .or(type(ServerSocket.class))
                    .or(type(DatagramSocket.class))
                    .or(type(Timer.class)));

    private static final ArchRule NO_CLOCK = noClasses()
            .that()
            .resideInAnyPackage(PURE)
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
            .doNotBelongToAnyOf(Layouts.class)
            .should()
            .accessFieldWhere(new DescribedPredicate<JavaAccess<?>>("the target is a raw ValueLayout") {
                @Override
                public boolean test(JavaAccess<?> access) {
                    return access.getTargetOwner().isEquivalentTo(ValueLayout.class);
                }
            });

    @Test
    void pure_packages_have_no_effects() {
        NO_EFFECTS.check(CLASSES);
    }

    @Test
    void pure_packages_have_no_clock_and_no_randomness_of_their_own() {
        NO_CLOCK.check(CLASSES);
    }

    @Test
    void raw_layouts_are_used_by_the_layouts_class_alone() {
        NAMED_BYTE_ORDER.check(CLASSES);
    }

    @Test
    void every_pure_package_is_there_to_be_checked() {
        for (String name : PURE) {
            assertThat(CLASSES.containPackage(name)).as(name).isTrue();
        }
        classes()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .resideInAPackage("io.rtrs.core..")
                .check(CLASSES);
    }

    @Test
    void the_rules_find_what_they_forbid() {
        JavaClasses offenders = new ClassFileImporter().importClasses(ImpureSample.class);
        for (ArchRule rule : new ArchRule[] {NO_EFFECTS, NO_CLOCK, NAMED_BYTE_ORDER}) {
            assertThatThrownBy(() -> rule.check(offenders)).isInstanceOf(AssertionError.class);
        }
    }
}
