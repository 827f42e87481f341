package io.rtrs.verbs.ibverbs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;

class FenceTest {
    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.rtrs.verbs");
    }

    @Test
    void onlyTwoPackagesLinkNativeFunctions() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.rtrs.verbs.ibverbs.ffm..", "io.rtrs.verbs.libc..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Linker.class, SymbolLookup.class)
                .check(classes);
    }

    @Test
    void nothingOutsideTheProviderKnowsItsInternals() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.rtrs.verbs.ibverbs..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.rtrs.verbs.ibverbs..")
                .check(classes);
    }

    @Test
    void nativeFunctionsKnowNothingOfTheObjectsAboveThem() {
        noClasses()
                .that()
                .resideInAnyPackage("..ibverbs.ffm..", "..ibverbs.layout..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..ibverbs.driver..", "com.ibm.disni..")
                .check(classes);
    }
}
