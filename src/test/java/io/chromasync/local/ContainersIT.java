package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.chromasync.local.oracle.Agreement;
import io.chromasync.local.oracle.RunAgreement;
import io.chromasync.local.oracle.TableOracle;
import io.chromasync.local.samples.SampleReceipts;
import io.chromasync.local.samples.SampleTable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * docker-compose.yml on a Docker engine, and the second day with it: whatever is stopped, killed or
 * started again, edits of the table made meanwhile end in Chroma, without a hand on anything.
 *
 * <p>Part of no build: {@code mvn -B verify -Pcontainers}. The tests follow one another, as days
 * do.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ContainersIT {

  private static final Duration LONG = Duration.ofMinutes(20);
  private static final String PATIENCE = Long.toString(LONG.toSeconds());
  private static final String[] UP = {"up", "--wait", "--wait-timeout", PATIENCE};
  private static final int EDITS = 25;

  @TempDir private static Path folder;

  private static Compose compose;
  private static S3AsyncClient s3;
  private static SampleTable table;
  private static RunProducer runs;
  private static Traffic traffic;
  private static ChromaCollections chroma;
  private static JsonHttp flink;

  @BeforeAll
  static void start() {
    Compose.Result engine = Compose.engine();
    assertThat(engine.exit())
        .as(
            "-Pcontainers needs a Docker engine and its command line with Compose 2.30 or later,"
                + " but 'docker info' ended so: "
                + engine.printed())
        .isZero();
    System.out.println("engine " + engine.printed().strip());
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed=" + seed);
    compose = new Compose("chromasync-it-" + ProcessHandle.current().pid());
    compose.run("up", "--build", "--wait", "--wait-timeout", PATIENCE);
    s3 = client();
    table = new SampleTable(compose.url("DYNAMODB_PORT"), LoadSamples.TABLE);
    runs = new RunProducer(s3, table, folder, Clock.systemUTC(), new LoggedDelta());
    traffic = new Traffic(table, runs, seed);
    // As LoadSamples loaded them.
    traffic.edit(new SampleReceipts(1).images(8));
    chroma = new ChromaCollections(compose.url("CHROMA_PORT"));
    flink = new JsonHttp(compose.url("FLINK_PORT"));
  }

  @AfterAll
  static void stop() {
    if (runs != null) {
      runs.close();
      table.close();
      s3.close();
    }
    if (compose != null) {
      compose.close();
    }
  }

  @Test
  @Order(1)
  void upEndsWhenAllTasksRunAndTheSamplesAgree() {
    assertThat(unfinished()).hasSize(1);
    agree();
  }

  @Test
  @Order(2)
  void prometheusReachesBothProcessesOfFlink() {
    JsonHttp prometheus = new JsonHttp(compose.url("PROMETHEUS_PORT"));
    await(
        "both targets",
        () -> {
          JsonNode targets = prometheus.get("/api/v1/targets").at("/data/activeTargets");
          return targets.size() == 2
              && targets.findValuesAsText("health").stream().allMatch("up"::equals);
        });
  }

  @Test
  @Order(3)
  void aSecondUpLeavesTheJobAlone() {
    List<String> before = unfinished();

    compose.run(UP);

    assertThat(unfinished()).isEqualTo(before);
    editAndAgree();
  }

  @Test
  @Order(4)
  void aJobManagerThatDiesComesBackByItselfWithTheJob() {
    List<String> before = unfinished();

    killJava("jobmanager");
    edit();
    await("another job", () -> !running().isEmpty() && !running().equals(before));

    assertThat(compose.run("logs", "--tail", "400", "jobmanager"))
        .contains("The job resumes from /opt/flink/state/");
    editAndAgree();
  }

  @Test
  @Order(5)
  void aTaskManagerThatDiesComesBackByItself() {
    killJava("taskmanager");
    edit();

    editAndAgree();
  }

  @Test
  @Order(6)
  void restartOfTheTaskManagerEndsInAgreement() {
    compose.run("restart", "taskmanager");

    editAndAgree();
  }

  @Test
  @Order(7)
  void restartOfDynamoDbKeepsTheTableAndItsStream() {
    compose.run("restart", "dynamodb");
    await("the table", ContainersIT::answers);

    editAndAgree();
  }

  @Test
  @Order(8)
  void downAndUpGoOnWhereTheyWere() {
    edit();
    compose.run("down");
    compose.run(UP);

    assertThat(compose.run("logs", "jobmanager")).contains("The job resumes from");
    assertThat(compose.run("logs", "samples")).contains("nothing is loaded");
    editAndAgree();
  }

  @Test
  @Order(9)
  void anOlderSavepointIsTakenWhenItsFileIsTouched() {
    String job = unfinished().get(0);
    String printed =
        compose.run("exec", "-T", "jobmanager", "flink", "savepoint", "--type", "canonical", job);
    String savepoint = printed.replaceAll("(?s).*file:(/opt/flink/state/savepoints/\\S+).*", "$1");
    editAndAgree();

    compose.run("stop", "jobmanager");
    compose.run("run", "--rm", "--no-deps", "-T", "jobmanager", "touch", savepoint + "/_metadata");
    compose.run(UP);

    assertThat(compose.run("logs", "jobmanager"))
        .contains("The job resumes from " + savepoint + ".");
    editAndAgree();
  }

  @Test
  @Order(10)
  void aMoveToKinesisOutlivesDownAndUp() {
    compose.set("COMPOSE_PROFILES", "kinesis");
    compose.run(UP);
    edit();
    // As docs/how-to/move-to-kinesis.md says.
    Stage.pause(Duration.ofMinutes(2));
    editAndAgree();

    compose.set("CHROMASYNC_SETTINGS", "application-properties-kinesis.json");
    compose.run(UP);
    assertThat(compose.run("logs", "jobmanager")).contains("Migrated to another stream");
    editAndAgree();

    edit();
    compose.run("down");
    compose.run(UP);
    editAndAgree();
  }

  @Test
  @Order(11)
  void upFailsWhenTheJobDoesNotRun() {
    compose.set("CHROMASYNC_SETTINGS", "no-such-file.json");
    Compose.Result up = compose.attempt("up", "--wait", "--wait-timeout", "90");
    assertThat(up.exit()).as(up.printed()).isNotZero();
    assertThat(compose.run("logs", "--tail", "200", "jobmanager")).contains("no-such-file.json");

    compose.set("CHROMASYNC_SETTINGS", "application-properties-kinesis.json");
    compose.run(UP);
    editAndAgree();
  }

  @Test
  @Order(12)
  void downWithVolumesLeavesNothing() {
    assertThat(compose.run("logs").lines())
        .noneMatch(line -> line.contains("AWS SDK for Java 1.x") || line.contains("OutOfMemory"));
    compose.run("--profile", "*", "down", "--volumes");

    assertThat(compose.run("--profile", "*", "ps", "--all", "--quiet")).isBlank();
    assertThat(compose.run("--profile", "*", "volumes", "--quiet")).isBlank();
  }

  /** Not {@code docker kill}, after which Docker takes the container for stopped by hand. */
  private static void killJava(String service) {
    compose.run(
        "exec",
        "-T",
        service,
        "bash",
        "-c",
        "for process in /proc/[0-9]*; do"
            + " [[ $(<$process/comm) != java ]] || kill -9 ${process#/proc/}; done");
  }

  private static void edit() {
    for (int edit = 0; edit < EDITS; edit++) {
      traffic.next();
    }
  }

  private static void editAndAgree() {
    edit();
    traffic.bringBack();
    await("all runs to be produced", runs::isIdle);
    agree();
  }

  private static void agree() {
    List<Agreement> agreements = new ArrayList<>();
    BooleanSupplier allAgree =
        () -> {
          agreements.clear();
          List<Map<String, AttributeValue>> items = table.scan();
          TableOracle oracle = new TableOracle(items, chroma.takesArrays());
          agreements.add(Agreement.of("words", oracle.words(), chroma.all("words")));
          agreements.add(Agreement.of("lines", oracle.lines(), chroma.all("lines")));
          agreements.add(RunAgreement.of(items));
          return agreements.stream().allMatch(Agreement::holds);
        };
    try {
      await("agreement", allAgree);
    } finally {
      System.out.print(Agreement.report(agreements));
    }
    assertThat(agreements).allMatch(agreement -> agreement.expected() > 0);
  }

  /** Whether the table is there; it is not known while its server starts. */
  private static boolean answers() {
    try {
      return table.isThere();
    } catch (CompletionException notNow) {
      return false;
    }
  }

  /** The ids of all jobs that have not ended. */
  private static List<String> unfinished() {
    return new FlinkJobs(compose.url("FLINK_PORT")).unfinished();
  }

  /** The ids of jobs all of whose tasks run; nothing while nobody answers. */
  private static List<String> running() {
    List<String> running = new ArrayList<>();
    try {
      for (JsonNode job : flink.get("/jobs/overview").get("jobs")) {
        JsonNode tasks = job.get("tasks");
        if (tasks.get("running").asInt() == tasks.get("total").asInt()) {
          running.add(job.get("jid").asText());
        }
      }
    } catch (RuntimeException notNow) {
      return List.of();
    }
    return running;
  }

  private static void await(String what, BooleanSupplier condition) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > LONG.toNanos()) {
        throw new AssertionError(
            "%s: not within %s; the log ends so: %s"
                .formatted(what, LONG, compose.attempt("logs", "--tail", "40").printed()));
      }
      Stage.pause(Duration.ofSeconds(1));
    }
    System.out.printf("%6.1f s  %s%n", (System.nanoTime() - began) / 1e9, what);
  }

  private static S3AsyncClient client() {
    return S3AsyncClient.builder()
        .endpointOverride(URI.create(compose.url("S3_PORT")))
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(SampleTable.credentials())
        .build();
  }
}
