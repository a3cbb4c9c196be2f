package io.chromasync.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import picocli.CommandLine;

/** Rules for {@code bin/job}, {@code bin/demo} and {@code bin/cluster}, and none of their tests. */
@AnalyzeClasses(
    packages = "io.chromasync.local",
    importOptions = LocalArchitectureTest.NoTests.class)
class LocalArchitectureTest {

  @ArchTest
  static final ArchRule noNameOfAFolderBecomesAUri =
      noClasses().should().callMethod(Path.class, "toUri").because("Flink does not decode it");

  @ArchTest
  static final ArchRule onePlaceReadsOptions =
      noClasses()
          .should()
          .callConstructor(CommandLine.class, Object.class)
          .because("what is typed wrong is refused by all tools in the same way");

  /** Leaves tests out, which are named so. */
  static final class NoTests implements ImportOption {

    @Override
    public boolean includes(Location location) {
      return !location.asURI().toString().matches(".*(Test|IT)([$].*)?[.]class");
    }
  }
}
