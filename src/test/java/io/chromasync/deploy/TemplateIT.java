package io.chromasync.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.CheckedSettings;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.source.SourceSettings;
import io.chromasync.testing.FakeSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The CloudFormation template is one that AWS would take: every property is in AWS's own resource
 * specification and every action is one of IAM ({@code src/test/npm/template.js}); and its
 * application properties are settings that the job takes.
 */
class TemplateIT {

  private static final Path TEMPLATE = Template.OURS.file();
  @TempDir private Path folder;

  @Test
  void awsKnowsAllThatItNames() throws Exception {
    assertThat(Template.OURS.check()).isEqualTo(new Template.Result(0, ""));
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
    "AllowedValues: [ERROR, AllowedValue: [ERROR, 'Parameters.LogLevel.AllowedValue: is unknown'",
    "'Description: Minimum', 'ConstraintDescription: Minimum', Parameters.LogLevel: has no Desc",
    "'\"widgets\": [', '\"widgets\": ', is not JSON",
  })
  void whatIsMisspeltIsNamed(String right, String wrong, String problem) throws Exception {
    Template.Result result = changed(right, wrong).check();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains(problem);
  }

  /** What CloudFormation takes without a bucket for it, as deploy/replay.sh gives it. */
  @Test
  void itIsNoLargerThanAnArgument() throws Exception {
    assertThat(Files.size(TEMPLATE)).isLessThan(51_200);
  }

  @Test
  void theLeastItSetsIsWhatTheJobTakes() throws Exception {
    CheckedSettings settings = CheckedSettings.from(Template.OURS.properties(Template.LEAST));

    assertThat(settings.source().table()).isEqualTo("Receipts");
    assertThat(settings.source().access().region()).isEqualTo("eu-west-1");
    assertThat(settings.chroma().url()).hasHost("chroma.internal");
    assertThat(settings.chroma().tokenSecretArn()).isNull();
    assertThat(settings.chroma().caCertificate()).isNull();
  }

  @Test
  void allThatItMaySetIsWhatTheJobTakes() throws Exception {
    Map<String, String> all = new TreeMap<>(Template.LEAST);
    all.put("SourceStart", "2026-11-23T16:00:00Z");
    all.put("SourceReplay", "november-25");
    all.put("SnapshotMode", "export");
    all.put("SnapshotName", "2");
    all.put("ExportUri", "s3://exports/receipts/AWSDynamoDB/01695097218000-d6299cbd");
    all.put("ExportBucket", "exports");
    all.put("SourceOnGap", "skip");
    all.put("ChromaTenant", "acme");
    all.put("DeltaDimension", "384");
    all.put("ChromaDatabase", "receipts");
    all.put("ChromaLimits", "cloud");
    all.put("ChromaTokenSecretArn", FakeSecrets.ARN);
    all.put("ChromaCaBucket", "certificates");

    CheckedSettings settings = CheckedSettings.from(Template.OURS.properties(all));

    assertThat(settings.chroma().tokenSecretArn()).isEqualTo(FakeSecrets.ARN);
    assertThat(settings.chroma().caCertificate()).isEqualTo("s3://certificates/chroma-ca.pem");
    assertThat(settings.chroma().tenant()).isEqualTo("acme");
    assertThat(settings.deadLetters().uri()).isEqualTo("s3://letters/chromasync/dead-letters");
    assertThat(settings.delta().dimension()).isEqualTo(384);
    assertThat(settings.snapshot().mode()).isEqualTo(SnapshotSettings.Mode.EXPORT);
    assertThat(settings.snapshot().name()).isEqualTo("2");
    assertThat(settings.snapshot().export().uris()).containsExactly(all.get("ExportUri"));
  }

  /** Of a table's changes in Kinesis and of its scan, the job wants to know the table. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "scan", "first-touch"})
  void kinesisIsReadForTheTableInAVpcToo(String mode) throws Exception {
    String stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/changes";
    Map<String, String> parameters =
        Template.with(
            Map.of(
                "SourceKinesisArn", stream,
                "ReadTable", "yes",
                "SnapshotMode", mode,
                "SubnetIds", "subnet-1,subnet-2",
                "SecurityGroupIds", "sg-1"));

    CheckedSettings settings = CheckedSettings.from(Template.OURS.properties(parameters));

    assertThat(settings.source().type()).isEqualTo(SourceSettings.Type.KINESIS);
    assertThat(settings.source().streamArn()).isEqualTo(stream);
    assertThat(settings.source().table()).isEqualTo("Receipts");
    assertThat(settings.snapshot().table()).isEqualTo("Receipts");
    assertThat(settings.runs().table()).isEqualTo("Receipts");
    assertThat(
            Template.OURS
                .render(parameters)
                .at("/Application/Properties/ApplicationConfiguration/VpcConfigurations/0")
                .toString())
        .isEqualTo("{\"SubnetIds\":[\"subnet-1\",\"subnet-2\"],\"SecurityGroupIds\":[\"sg-1\"]}");
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
    Map<String, String> parameters = new TreeMap<>(Template.LEAST);
    parameters.put("ChromaCaBucket", "certificates");
    ApplicationProperties properties = changed(right, wrong).properties(parameters);

    assertThatThrownBy(() -> CheckedSettings.from(properties))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(problem);
  }

  @Test
  void withoutAVpcATokenAndAKeyTheRoleMayNotTouchThem() throws Exception {
    assertThat(Template.OURS.render(Template.LEAST).at("/Role").toString())
        .contains("dynamodb:GetRecords", "table/Receipts/stream/*")
        .doesNotContain("ec2:", "secretsmanager:", "kms:", "kinesis:", "dynamodb:Scan");
  }

  @Test
  void theRoleMayUseEveryFolderThatTheJobWatches() throws Exception {
    CheckedSettings settings = CheckedSettings.from(Template.OURS.properties(Template.LEAST));

    String role = Template.OURS.render(Template.LEAST).at("/Role").toString();

    for (String uri :
        List.of(
            settings.deadLetters().uri(),
            settings.deadLetters().redriveUri(),
            settings.snapshot().requestsUri())) {
      assertThat(role).contains(uri.replace("s3://", "s3:::") + "/*");
    }
  }

  /** The template with all occurrences of a text replaced. */
  private Template changed(String right, String wrong) throws IOException {
    String template = Files.readString(TEMPLATE);
    assertThat(template).contains(right);
    return new Template(
        Files.writeString(folder.resolve("template.yaml"), template.replace(right, wrong)));
  }
}
