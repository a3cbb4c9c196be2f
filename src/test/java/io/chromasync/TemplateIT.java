package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import io.chromasync.testing.FakeSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The CloudFormation template is one that AWS would take: every property is in AWS's own resource
 * specification and every action is one of IAM ({@code src/test/npm/template.js}); and its
 * application properties are settings that the job takes.
 */
class TemplateIT {

  private static final Path TEMPLATE = Path.of("deploy/chromasync.yaml");
  private static final Path TOOL = Path.of("src/test/npm/template.js");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The parameters without a default. */
  private static final Map<String, String> LEAST =
      Map.of(
          "CodeBucket", "code",
          "CodeKey", "chromasync/a.jar",
          "SourceTable", "Receipts",
          "ChromaUrl", "https://chroma.internal:8000",
          "DeltaBucket", "deltas",
          "DeadLetterBucket", "letters");

  @TempDir private Path folder;

  @Test
  void awsKnowsAllThatItNames() throws Exception {
    assertThat(run("check", TEMPLATE)).isEqualTo(new Result(0, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "SnapshotsEnabled: true, SnapshotEnabled: true, SnapshotEnabled",
    "RuntimeEnvironment:, RuntimeEnviroment:, RuntimeEnvironment: is required",
    "CheckpointInterval: 60000, CheckpointInterval: often, must be an integer",
    "AWS::CloudWatch::Alarm, AWS::CloudWatch::Alert, is unknown",
    "TreatMissingData:, TreatMissing:, TreatMissing",
    "- Id: lag, - Name: lag, Metrics",
    "RetentionInDays:, Retention:, Retention",
    "dynamodb:GetRecords, dynamodb:ReadRecords, is no action of IAM",
    "secretsmanager:GetSecretValue, secretmanager:GetSecretValue, is no action of IAM",
    "!GetAtt Role.Arn, !GetAtt Role.ARN, is no attribute",
    "'!If [HasToken, ', '!If [HasTokens, ', is no condition",
    "bucket: !Ref DeltaBucket, bucket: !Ref Deltas, is no parameter",
    "'\"widgets\": [', '\"widgets\": ', is not JSON",
  })
  void whatIsMisspeltIsNamed(String right, String wrong, String problem) throws Exception {
    Result result = run("check", changed(right, wrong));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains(problem);
  }

  @Test
  void theLeastItSetsIsWhatTheJobTakes() throws Exception {
    JobSettings settings = JobSettings.from(properties(TEMPLATE, LEAST));

    assertThat(settings.source().table()).isEqualTo("Receipts");
    assertThat(settings.source().access().region()).isEqualTo("eu-west-1");
    assertThat(settings.chroma().url()).hasHost("chroma.internal");
    assertThat(settings.chroma().tokenSecretArn()).isNull();
    assertThat(settings.chroma().caCertificate()).isNull();
  }

  @Test
  void allThatItMaySetIsWhatTheJobTakes() throws Exception {
    Map<String, String> all = new java.util.TreeMap<>(LEAST);
    all.put("SourceStart", "latest");
    all.put("SourceOnGap", "skip");
    all.put("ChromaTenant", "acme");
    all.put("ChromaDatabase", "receipts");
    all.put("ChromaLimits", "cloud");
    all.put("ChromaTokenSecretArn", FakeSecrets.ARN);
    all.put("ChromaCaBucket", "certificates");

    JobSettings settings = JobSettings.from(properties(TEMPLATE, all));

    assertThat(settings.chroma().tokenSecretArn()).isEqualTo(FakeSecrets.ARN);
    assertThat(settings.chroma().caCertificate()).isEqualTo("s3://certificates/chroma-ca.pem");
    assertThat(settings.chroma().tenant()).isEqualTo("acme");
    assertThat(settings.deadLetters().uri()).isEqualTo("s3://letters/chromasync/dead-letters");
  }

  @ParameterizedTest
  @CsvSource({
    "ca-certificate:, ca-certificat:, 'ca-certificat' in group 'chroma' is unknown",
    "on-gap:, on-gaps:, 'on-gaps' in group 'source' is unknown",
    "PropertyGroupId: delta, PropertyGroupId: deltas, Group 'deltas' is unknown",
    "'uri: ', 'url: ', 'url' in group 'dead-letters' is unknown",
  })
  void aPropertyThatIsNoSettingIsRefused(String right, String wrong, String problem)
      throws Exception {
    Map<String, String> parameters = new java.util.TreeMap<>(LEAST);
    parameters.put("ChromaCaBucket", "certificates");
    ApplicationProperties properties = properties(changed(right, wrong), parameters);

    assertThatThrownBy(() -> JobSettings.from(properties))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(problem);
  }

  @Test
  void withoutAVpcATokenAndAKeyTheRoleMayNotTouchThem() throws Exception {
    assertThat(render(TEMPLATE, LEAST).at("/Role").toString())
        .contains("dynamodb:GetRecords", "table/Receipts/stream/*")
        .doesNotContain("ec2:", "secretsmanager:", "kms:", "kinesis:", "dynamodb:Scan");
  }

  @Test
  void theRoleMayUseEveryFolderThatTheJobWatches() throws Exception {
    JobSettings settings = JobSettings.from(properties(TEMPLATE, LEAST));

    String role = render(TEMPLATE, LEAST).at("/Role").toString();

    for (String uri :
        List.of(
            settings.deadLetters().uri(),
            settings.deadLetters().redriveUri(),
            settings.snapshot().requestsUri())) {
      assertThat(role).contains(uri.replace("s3://", "s3:::") + "/*");
    }
  }

  private ApplicationProperties properties(Path template, Map<String, String> parameters)
      throws Exception {
    JsonNode groups =
        render(template, parameters)
            .at(
                "/Application/Properties/ApplicationConfiguration/EnvironmentProperties/PropertyGroups");
    return ApplicationProperties.parse(groups.toString(), "the template");
  }

  private JsonNode render(Path template, Map<String, String> parameters) throws Exception {
    String[] words =
        parameters.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .toArray(String[]::new);
    Result result = run("render", template, words);
    assertThat(result.exitCode()).as(result.output()).isZero();
    return JSON.readTree(result.output());
  }

  /** The template with all occurrences of a text replaced. */
  private Path changed(String right, String wrong) throws IOException {
    String template = Files.readString(TEMPLATE);
    assertThat(template).contains(right);
    return Files.writeString(folder.resolve("template.yaml"), template.replace(right, wrong));
  }

  private record Result(int exitCode, String output) {}

  private static Result run(String command, Path template, String... parameters) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("node", TOOL.toAbsolutePath().toString(), command));
    words.add(template.toAbsolutePath().toString());
    words.addAll(List.of(parameters));
    Process node =
        new ProcessBuilder(words)
            .directory(Path.of("target/servers/npm").toFile())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(node.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(node.waitFor(1, TimeUnit.MINUTES)).as("node ends").isTrue();
    return new Result(node.exitValue(), output.strip());
  }
}
