package io.chromasync.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The role of the template may do what the code does, and nothing else: each method of an AWS
 * client that a step calls is an action that some statement allows for that step, and the other way
 * round. So a call without its permission fails here, and a permission without a call.
 */
class RoleIT {

  /** Statements for what a step calls itself. */
  private static final Map<String, String> STEPS =
      Map.of(
          "FindTableStream", "source",
          "ReadTableStream", "source",
          "ReadKinesis", "source",
          "ReadTable", "snapshot",
          "FindExports", "snapshot",
          "ReadExports", "snapshot",
          "TellRuns", "delta",
          "FindDeltas", "delta",
          "ReadDeltas", "delta",
          "ReadToken", "chroma");

  /** Statements for what Flink's file systems do with the job's folders and files. */
  private static final Set<String> OF_FLINK =
      Set.of("FindDeadLetters", "KeepDeadLetters", "ReadAuthority");

  /** Statements for what services do with this role. */
  private static final Set<String> OF_SERVICES =
      Set.of("ReadCode", "UseKey", "FindLogGroups", "WriteLog", "FindNetwork", "JoinNetwork");

  /** Methods of clients that call nobody. */
  private static final Set<String> LOCAL = Set.of("builder", "close", "serviceName");

  private static final Pattern CLIENT =
      Pattern.compile("software\\.amazon\\.awssdk\\.services\\.(?<service>\\w+)\\..*Client");

  private static final Pattern NAME = Pattern.compile("`(\\w+)`");

  private static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("ReadTable", "yes"),
          Map.entry("ExportBucket", "exports"),
          Map.entry("ChromaTokenSecretArn", "arn:aws:secretsmanager:eu-west-1:1:secret:s-AbCdEf"),
          Map.entry("ChromaCaBucket", "certificates"),
          Map.entry("KmsKeyArn", "arn:aws:kms:eu-west-1:1:key/k"),
          Map.entry("SubnetIds", "subnet-1,subnet-2"),
          Map.entry("SecurityGroupIds", "sg-1"));

  private static final String KINESIS = "arn:aws:kinesis:eu-west-1:1:stream/changes";

  @Test
  void everyStepMayCallWhatItCallsAndNothingElse() throws Exception {
    Map<String, Set<String>> allowed = new TreeMap<>();
    for (JsonNode statement : statementsOfBothStreams()) {
      String step = STEPS.get(statement.get("Sid").asText());
      if (step != null) {
        allowed.computeIfAbsent(step, s -> new TreeSet<>()).addAll(actions(statement));
      }
    }

    assertThat(allowed).isEqualTo(called());
  }

  @Test
  void everyStatementIsKnownAndExplained() throws Exception {
    Set<String> known = new TreeSet<>(STEPS.keySet());
    known.addAll(OF_FLINK);
    known.addAll(OF_SERVICES);
    Set<String> explained = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("docs/security.md"))) {
      String first = line.startsWith("| `") ? line.split(" \\| ", 2)[0] : "";
      NAME.matcher(first).results().forEach(name -> explained.add(name.group(1)));
    }

    assertThat(names(statementsOfBothStreams())).isEqualTo(known);
    assertThat(explained).isEqualTo(known);
  }

  @ParameterizedTest
  @CsvSource({
    "'', FindTableStream ReadTableStream, ReadKinesis",
    KINESIS + ", ReadKinesis, FindTableStream ReadTableStream",
  })
  void onlyTheStreamThatIsReadMayBeRead(String arn, String there, String notThere)
      throws Exception {
    assertThat(names(statements(Map.of("SourceKinesisArn", arn))))
        .contains(there.split(" ", -1))
        .doesNotContain(notThere.split(" ", -1));
  }

  @ParameterizedTest
  @CsvSource({
    "ReadTable, yes, ReadTable, arn:aws:dynamodb:eu-west-1:123456789012:table/Receipts",
    "ExportBucket, exports, FindExports, arn:aws:s3:::exports",
    "ExportBucket, exports, ReadExports, arn:aws:s3:::exports/*AWSDynamoDB/*",
    "ChromaCaBucket, certs, ReadAuthority, arn:aws:s3:::certs/chroma-ca.pem",
    "SubnetIds, 'subnet-1,subnet-2', JoinNetwork, arn:aws:ec2:eu-west-1:123456789012:*",
  })
  void whatIsAskedForIsAllowedOnThatAlone(
      String parameter, String value, String name, String resource) throws Exception {
    assertThat(names(statements(Map.of()))).doesNotContain(name);
    assertThat(statements(Map.of(parameter, value)))
        .filteredOn(statement -> statement.get("Sid").asText().equals(name))
        .singleElement()
        .extracting(statement -> statement.get("Resource").asText())
        .isEqualTo(resource);
  }

  /** By step, the actions that the methods of AWS clients need which it calls. */
  private static Map<String, Set<String>> called() {
    Map<String, Set<String>> called = new TreeMap<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.chromasync")) {
      for (JavaAccess<?> access : accesses(type)) {
        Matcher client = CLIENT.matcher(access.getTargetOwner().getName());
        if (client.matches() && !LOCAL.contains(access.getName())) {
          String step = type.getPackageName().replaceFirst("io\\.chromasync\\.?(\\w*).*", "$1");
          called
              .computeIfAbsent(step, s -> new TreeSet<>())
              .addAll(needed(client.group("service"), access.getName()));
        }
      }
    }
    return called;
  }

  private static Set<JavaAccess<?>> accesses(JavaClass type) {
    Set<JavaAccess<?>> accesses = new HashSet<>(type.getMethodCallsFromSelf());
    accesses.addAll(type.getMethodReferencesFromSelf());
    return accesses;
  }

  /** What S3 calls otherwise than its methods are named; all else has the name of the method. */
  private static Set<String> needed(String service, String method) {
    return switch (service + ":" + method) {
      case "s3:headBucket", "s3:listObjectsV2" -> Set.of("s3:ListBucket");
      // Who may not list is told of a key that is not there that it is forbidden.
      case "s3:getObject" -> Set.of("s3:GetObject", "s3:ListBucket");
      default ->
          Set.of(
              service
                  + ":"
                  + method.substring(0, 1).toUpperCase(Locale.ROOT)
                  + method.substring(1));
    };
  }

  private static List<JsonNode> statementsOfBothStreams() throws Exception {
    List<JsonNode> both = new ArrayList<>(statements(ALL));
    Map<String, String> kinesis = new TreeMap<>(ALL);
    kinesis.put("SourceKinesisArn", KINESIS);
    both.addAll(statements(kinesis));
    return both;
  }

  private static List<JsonNode> statements(Map<String, String> parameters) throws Exception {
    JsonNode statements =
        Template.OURS
            .render(Template.with(parameters))
            .at("/Role/Properties/Policies/0/PolicyDocument/Statement");
    assertThat(statements).isNotEmpty();
    List<JsonNode> list = new ArrayList<>();
    statements.forEach(list::add);
    return list;
  }

  private static Set<String> names(List<JsonNode> statements) {
    Set<String> names = new TreeSet<>();
    statements.forEach(statement -> names.add(statement.get("Sid").asText()));
    return names;
  }

  private static Set<String> actions(JsonNode statement) {
    JsonNode actions = statement.get("Action");
    Set<String> names = new TreeSet<>();
    if (actions.isTextual()) {
      names.add(actions.asText());
    }
    actions.forEach(action -> names.add(action.asText()));
    return names;
  }
}
