package io.rtrs.soft;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/** What no class of this module may do, whichever provider it is of. */
class FenceTest {
    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.rtrs.soft");
    }

    @Test
    void nativeFunctionsAndMemoryByItsAddressComeFromTheModuleWithNativeAccess() {
        noClasses()
                .should()
                .dependOnClassesThat(belongToAnyOf(Linker.class, SymbolLookup.class))
                .orShould()
                .callMethodWhere(new DescribedPredicate<JavaMethodCall>("the target is MemorySegment.reinterpret") {
                    @Override
                    public boolean test(JavaMethodCall call) {
                        return call.getName().equals("reinterpret")
                                && call.getTargetOwner().isEquivalentTo(MemorySegment.class);
                    }
                })
                .check(classes);
    }

    @Test
    void nothingKnowsRtrs() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("io.rtrs..")
                        .and(DescribedPredicate.not(resideInAPackage("io.rtrs.soft.."))
                                .and(DescribedPredicate.not(resideInAPackage("io.rtrs.verbs..")))))
                .check(classes);
    }

    @Test
    void theToolkitKnowsNoProvider() {
        noClasses()
                .that(resideInAPackage("io.rtrs.soft..")
                        .and(DescribedPredicate.not(resideInAPackage("io.rtrs.soft.roce..")))
                        .and(DescribedPredicate.not(resideInAPackage("io.rtrs.soft.iwarp..")))
                        .and(DescribedPredicate.not(resideInAPackage("io.rtrs.soft.inprocess.."))))
                .should()
                .dependOnClassesThat(resideInAPackage("io.rtrs.soft.roce..")
                        .or(resideInAPackage("io.rtrs.soft.iwarp.."))
                        .or(resideInAPackage("io.rtrs.soft.inprocess..")))
                .check(classes);
    }
}
