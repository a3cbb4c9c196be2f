package io.chromasync;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.core.fs.Path;
import picocli.CommandLine;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.exception.SdkException;

/** The structure that ARCHITECTURE.md describes, held by the build. */
@AnalyzeClasses(packages = "io.chromasync", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.chromasync.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule stepsDoNotKnowEachOther =
      slices()
          .matching("io.chromasync.(source|mapping|resolve|window|chroma|delta|snapshot)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule onlyTheRootKnowsAll =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.chromasync")
          .should()
          .dependOnClassesThat(resideInAPackage("io.chromasync"));

  /** Keys refer to the keys of their parents, which Flink cannot serialize without a type. */
  private static final DescribedPredicate<JavaClass> TYPES_OF_FLINK =
      DescribedPredicate.describe(
          "types of Flink", type -> type.getName().startsWith("io.chromasync.model.EntityKeyType"));

  @ArchTest
  static final ArchRule noClassKnowsTheReceipts =
      noClasses()
          .that()
          .resideOutsideOfPackage("..receipts..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..receipts..")
          .because("the domain is found by ServiceLoader");

  @ArchTest
  static final ArchRule theReceiptsKnowNoStep =
      noClasses()
          .that()
          .resideInAPackage("..receipts..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.apache.flink..", "software.amazon..", "io.chromasync..")
                  .and(
                      DescribedPredicate.not(
                          resideInAnyPackage("..receipts..", "..mapping..", "..model.."))));

  @ArchTest
  static final ArchRule theWordsArePlainJava =
      classes()
          .that()
          .resideInAPackage("..model..")
          .and(not(TYPES_OF_FLINK))
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", "io.chromasync.model..")
                  .or(equivalentTo(TypeInfo.class)));

  @ArchTest
  static final ArchRule theWordsArePublicRecords =
      classes()
          .that()
          .resideInAPackage("..model..")
          .and()
          .areTopLevelClasses()
          .and()
          .areNotEnums()
          .and()
          .areNotInterfaces()
          .and(not(TYPES_OF_FLINK))
          .and()
          .doNotHaveSimpleName("EntityKey")
          .and()
          .doNotHaveSimpleName("EntityKind")
          .and()
          .doNotHaveSimpleName("Excerpt")
          .should()
          .beRecords()
          .andShould()
          .bePublic();

  @ArchTest
  static final ArchRule settingsAreReadBySettings =
      noClasses()
          .that(
              resideInAPackage("io.chromasync.(*)..")
                  .and(DescribedPredicate.not(resideInAPackage("..config..")))
                  .and(DescribedPredicate.not(endsWith("Settings"))))
          .should()
          .dependOnClassesThat()
          .haveSimpleName("PropertyGroup");

  @ArchTest
  static final ArchRule onePlaceSpeaksHttp =
      noClasses()
          .that()
          .resideOutsideOfPackage("..chroma.client..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.net.http..");

  /** A page of whatever stands in front of a server has a status too. */
  @ArchTest
  static final ArchRule noResponseIsBelievedByItsStatus =
      noClasses()
          .that()
          .doNotHaveSimpleName("RequestOutcome")
          .and()
          .doNotHaveSimpleName("HttpChroma")
          .and()
          .doNotHaveSimpleName("ChromaResponse")
          .should()
          .callMethod("io.chromasync.chroma.client.ChromaResponse", "status")
          .orShould()
          .callMethod(HttpResponse.class, "statusCode");

  @ArchTest
  static final ArchRule onlyStepsThatReadAwsSpeakToIt =
      noClasses()
          .that()
          .resideOutsideOfPackages("..aws..", "..source..", "..delta..", "..snapshot..")
          .and()
          .doNotHaveSimpleName("Token")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon..");

  @ArchTest
  static final ArchRule onePlaceCreatesClientsOfAws =
      noClasses()
          .that()
          .doNotHaveSimpleName("AwsClients")
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "builder() or create() of a client of AWS",
                  call ->
                      Set.of("builder", "create").contains(call.getName())
                          && call.getTargetOwner().isAssignableTo(SdkClient.class)))
          .because("endpoint, time limits and retries belong together");

  @ArchTest
  static final ArchRule onePlaceClassifiesErrorsOfAws =
      noClasses()
          .that()
          .doNotHaveSimpleName("AwsError")
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "isThrottlingException()",
                  call -> call.getName().equals("isThrottlingException")));

  @ArchTest
  static final ArchRule theRuntimeKnowsNoStep =
      noClasses()
          .that()
          .resideInAPackage("io.chromasync.runtime")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.chromasync.(*)..")
                  .and(
                      DescribedPredicate.not(
                          resideInAnyPackage("..chromasync.runtime..", "..chromasync.config.."))));

  /** What the SDK says has numbers of requests and names of classes in it. */
  @ArchTest
  static final ArchRule onePlaceSaysWhatAwsMeans =
      noClasses()
          .that()
          .resideOutsideOfPackage("..aws..")
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "getMessage() of an exception of the SDK",
                  call ->
                      call.getName().equals("getMessage")
                          && call.getTargetOwner().isAssignableTo(SdkException.class)));

  @ArchTest
  static final ArchRule theDomainKnowsNoFlink =
      noClasses()
          .that()
          .resideInAnyPackage("..mapping..", "..receipts..")
          .and()
          .doNotHaveSimpleName("MapItems")
          .and()
          .doNotHaveSimpleName("MapSnapshots")
          .and()
          .haveSimpleNameNotEndingWith("Metrics")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..");

  @ArchTest
  static final ArchRule theRulesAreDecidedWithoutFlink =
      classes()
          .that()
          .resideInAPackage("..resolve.rules..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "io.chromasync.model..", "..resolve.rules..");

  @ArchTest
  static final ArchRule theFormatOfDeltasKnowsNothingOfTheJob =
      noClasses()
          .that()
          .resideInAPackage("..delta.format..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.apache.flink..", "software.amazon..", "io.chromasync..")
                  .and(
                      DescribedPredicate.not(
                          resideInAnyPackage("io.chromasync.model..", "..delta.format.."))));

  /** They are provided for what runs on one machine; on a cluster the job may not find them. */
  @ArchTest
  static final ArchRule noCodeNeedsWhatALaptopBringsItself =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.chromasync.local..",
              "org.rocksdb..",
              "org.apache.flink.state.rocksdb..",
              "org.apache.flink.fs..",
              "org.apache.flink.metrics.prometheus..",
              "org.apache.flink.runtime.webmonitor..",
              "org.apache.hadoop..",
              "org.apache.logging..");

  @ArchTest
  static final ArchRule theClientKnowsNoDelivery =
      noClasses()
          .that()
          .resideInAPackage("..chroma.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..chroma.delivery..", "..chroma.window..");

  @ArchTest
  static final ArchRule pendingWritesArePlainJava =
      noClasses()
          .that()
          .resideInAPackage("..chroma.window..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..chroma.delivery..", "..chroma.client..", "software.amazon..");

  @ArchTest
  static void noPackageIsLarge(JavaClasses all) {
    Map<String, Long> sizes =
        all.stream()
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

    assertThat(sizes).allSatisfy((name, size) -> assertThat(size).as(name).isLessThanOrEqualTo(35));
  }

  @ArchTest
  static final ArchRule timeIsGiven =
      noClasses()
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now");

  @ArchTest
  static final ArchRule onePlaceDecidesWhichFolderIsNamed =
      noClasses()
          .that()
          .doNotHaveSimpleName("FolderUri")
          .should()
          .callConstructor(Path.class, String.class)
          .orShould()
          .callConstructor(Path.class, String.class, String.class)
          .orShould()
          .callConstructor(Path.class, URI.class)
          .because("a name is not a URI");

  @ArchTest
  static final ArchRule onePlaceReadsOptions =
      noClasses()
          .that()
          .doNotHaveSimpleName("Tool")
          .should()
          .callConstructor(CommandLine.class, Object.class)
          .because("what is typed wrong is refused by all tools in the same way");

  @ArchTest
  static final ArchRule classesAreFinal =
      classes()
          .that()
          .areTopLevelClasses()
          .and()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .and()
          .areNotRecords()
          .should()
          .haveModifier(JavaModifier.FINAL);

  @ArchTest
  static final ArchRule absenceIsNull =
      fields().should().notHaveRawType(Optional.class).because("Flink would need Kryo for it");

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Impl");

  @ArchTest static final ArchRule nothingIsPrinted = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  private static DescribedPredicate<JavaClass> endsWith(String suffix) {
    return DescribedPredicate.describe(
        "named *" + suffix, type -> type.getSimpleName().endsWith(suffix));
  }
}
