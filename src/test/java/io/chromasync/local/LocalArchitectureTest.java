package io.chromasync.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.LocationProvider;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** Rules for {@code src/local}: {@code bin/job}, {@code bin/demo} and {@code bin/cluster}. */
@AnalyzeClasses(locations = LocalArchitectureTest.LocalClasses.class)
class LocalArchitectureTest {

  @ArchTest
  static final ArchRule noTestIsUsed =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.junit..",
              "org.assertj..",
              "org.awaitility..",
              "net.jqwik..",
              "com.tngtech..",
              "org.apache.flink.test..",
              "io.chromasync.testing..",
              "io.chromasync.simulation..",
              "io.chromasync.bench..")
          .because("the demo starts without a compiled test");

  @ArchTest
  static final ArchRule noTestIsHere =
      noClasses()
          .should()
          .haveNameMatching(".*(Test|IT|Laws|Benchmark)")
          .orShould()
          .resideOutsideOfPackage("io.chromasync.local..")
          .because("tests are in src/test");

  @ArchTest
  static final ArchRule theOracleSharesNoCodeWithTheJob =
      classes()
          .that()
          .resideInAnyPackage("..local.oracle..", "..local.samples..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "software.amazon..", "..local.oracle..", "..local.samples..");

  @ArchTest
  static final ArchRule onlyToolsKnowTools =
      noClasses()
          .that()
          .resideInAPackage("io.chromasync.local.(*)..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.chromasync.local");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.chromasync.local.(*)..").should().beFreeOfCycles();

  @ArchTest
  static void noPackageIsLarge(JavaClasses all) {
    Map<String, Long> sizes =
        all.stream()
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

    assertThat(sizes).allSatisfy((name, size) -> assertThat(size).as(name).isLessThanOrEqualTo(35));
  }

  @ArchTest
  static final ArchRule noNameOfAFolderBecomesAUri =
      noClasses().should().callMethod(Path.class, "toUri").because("Flink does not decode it");

  @ArchTest
  static final ArchRule onePlaceReadsOptions =
      noClasses()
          .should()
          .callConstructor(CommandLine.class, Object.class)
          .because("what is typed wrong is refused by all tools in the same way");

  /** The classes of {@code src/local} without those of tests in the same package. */
  static final class LocalClasses implements LocationProvider {

    @Override
    public Set<Location> get(Class<?> testClass) {
      return Set.of(Location.of(Path.of("target/local-classes")));
    }
  }
}
