package io.chromasync.local;

import io.chromasync.local.LocalServers.Ports;
import io.chromasync.local.oracle.Agreement;
import io.chromasync.local.oracle.Expected;
import io.chromasync.local.oracle.RunAgreement;
import io.chromasync.local.oracle.TableOracle;
import io.chromasync.local.samples.BaseRecords;
import io.chromasync.local.samples.ChromaRecord;
import io.chromasync.local.samples.Sample;
import io.chromasync.local.samples.Sample.Image;
import io.chromasync.local.samples.SampleReceipts;
import io.chromasync.local.samples.SampleTable;
import io.chromasync.local.servers.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Everything that the demo plays with: servers, a table, sample receipts, runs, traffic, and the
 * job as a process that can be killed and started again.
 *
 * <p>Used by one thread.
 */
final class Stage implements AutoCloseable {

  private static final String TABLE = "receipts";
  private static final Duration START = Duration.ofSeconds(90);

  /** What the local servers take; the table is another for every access key. */
  static final Map<String, String> CREDENTIALS =
      Map.of("AWS_ACCESS_KEY_ID", SampleTable.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", "local");

  private final Settings settings;
  private final LocalServers servers;
  private final SampleTable table;
  private final ChromaCollections chroma;
  private final boolean arrays;
  private final RunProducer runs;
  private final Traffic traffic;
  private final FreshnessProbe probe;
  private final List<Image> images;
  private final Map<String, Map<String, String>> more = new TreeMap<>();
  private Map<String, String> source;
  private Map<String, String> environment = CREDENTIALS;
  private JobProcess job;
  private FlinkRest flink;
  private String webUi;

  /**
   * How the stage is set.
   *
   * @param folder for everything that is written
   * @param conf folder with Flink's config.yaml
   */
  record Settings(Path folder, Path conf, long seed, int images, Ports ports) {

    /** On any ports. */
    Settings(Path folder, Path conf, long seed, int images) {
      this(folder, conf, seed, images, Ports.ANY);
    }
  }

  Stage(Settings settings, InstantSource clock) throws IOException {
    this.settings = settings;
    this.servers = LocalServers.start(settings.folder(), settings.ports());
    this.table = new SampleTable(servers.dynamoDb(), TABLE);
    this.chroma = new ChromaCollections(servers.chroma());
    this.arrays = chroma.takesArrays();
    Path deltas = Files.createDirectories(settings.folder().resolve("deltas"));
    this.runs = new RunProducer(servers.s3().client(), table, deltas, clock);
    this.traffic = new Traffic(table, runs, settings.seed());
    List<Image> samples = new SampleReceipts(settings.seed()).images(settings.images() + 1);
    Image probed = FreshnessProbe.prepare(samples.get(settings.images()));
    this.probe = new FreshnessProbe(table, chroma, probed, clock);
    this.images = new ArrayList<>(samples.subList(0, settings.images()));
    readTableStream();
    table.create();
    traffic.edit(images);
    // First, so that edits of it can be measured while the others are still embedded.
    images.add(0, probed);
  }

  /** All that it loads; the first is the probe's, which traffic leaves alone. */
  List<Image> images() {
    return List.copyOf(images);
  }

  LocalServers servers() {
    return servers;
  }

  SampleTable table() {
    return table;
  }

  ChromaCollections chroma() {
    return chroma;
  }

  RunProducer runs() {
    return runs;
  }

  Traffic traffic() {
    return traffic;
  }

  FreshnessProbe probe() {
    return probe;
  }

  FlinkRest flink() {
    return flink;
  }

  JobProcess job() {
    return job;
  }

  String webUi() {
    return webUi;
  }

  /** What is loaded: the number of images, receipts, words and rows. */
  String load() {
    traffic.load(images);
    List<Sample.Receipt> receipts =
        images.stream().flatMap(image -> image.receipts().values().stream()).toList();
    return String.format(
        Locale.ROOT,
        "%,d images, %,d receipts, %,d words, %,d rows",
        images.size(),
        receipts.size(),
        receipts.stream().flatMap(Sample.Receipt::words).count(),
        receipts.stream().mapToInt(receipt -> receipt.rows().size()).sum());
  }

  /** From the next start on, the job reads the table's own stream, as it does at first. */
  void readTableStream() {
    source =
        Map.of(
            "table",
            TABLE,
            "start",
            "trim-horizon",
            "aws.region",
            SampleTable.REGION,
            "aws.endpoint",
            servers.dynamoDb());
  }

  /** From the next start on, the job reads a Kinesis stream that has the table's changes. */
  void readKinesis(String arn, URI endpoint) {
    source =
        Map.of(
            "type",
            "kinesis",
            "stream-arn",
            arn,
            "table",
            TABLE,
            "aws.region",
            SampleTable.REGION,
            "aws.endpoint",
            endpoint.toString());
  }

  /** From the next start on, the job has these properties of a group instead, or beside others. */
  void set(String group, Map<String, String> properties) {
    more.computeIfAbsent(group, id -> new TreeMap<>()).putAll(properties);
  }

  /** From the next start on, the job's process has these variables beside credentials. */
  void setEnvironment(Map<String, String> variables) {
    environment = new TreeMap<>(CREDENTIALS);
    environment.putAll(variables);
  }

  /** Starts the job and waits until all its tasks run. */
  void startJob(String... options) throws IOException {
    launchJob(options);
    await("the job to run", START, flink::isRunning);
  }

  /** Starts the job and waits for nothing. */
  JobProcess launchJob(String... options) throws IOException {
    int port = ServerProcess.freePort(settings.ports().ui());
    webUi = "http://localhost:" + port;
    flink = new FlinkRest(webUi);
    List<String> all =
        new ArrayList<>(
            List.of(
                "--config",
                writeConfig(servers.chroma()).toString(),
                "--conf",
                settings.conf().toString(),
                "--state",
                state().toString(),
                "--ui-port",
                Integer.toString(port)));
    all.addAll(List.of(options));
    job = JobProcess.start(all, environment, settings.folder().resolve("job.out"));
    return job;
  }

  /** Watches a job that runs on a cluster instead, and waits until all its tasks run. */
  void watch(ClusterProcesses cluster) {
    webUi = cluster.webUi();
    flink = cluster.rest();
    await(
        "the job to run",
        START,
        () -> {
          checkJob();
          return flink.isRunning();
        });
  }

  /**
   * @throws IllegalStateException if the job has ended
   */
  void checkJob() {
    if (job != null && !job.isAlive()) {
      throw new IllegalStateException("the job ended: " + job.output());
    }
    if (job == null && flink != null) {
      flink
          .failure()
          .ifPresent(
              trace -> {
                throw new IllegalStateException("the job failed: " + RootCause.ofTrace(trace));
              });
    }
  }

  /** For everything that is written. */
  Path folder() {
    return settings.folder();
  }

  /** The folder of checkpoints, savepoints and the job's log. */
  Path state() {
    return settings.folder().resolve("state");
  }

  /** Compares every Chroma record, and the state of every run, with what the table says. */
  List<Agreement> compare() {
    return compare("words", "lines");
  }

  /** The same of other collections of that Chroma. */
  List<Agreement> compare(String words, String lines) {
    List<Map<String, AttributeValue>> items = table.scan();
    TableOracle oracle = new TableOracle(items, arrays);
    return List.of(
        Agreement.of("words", withVectors(oracle.words()), chroma.all(words)),
        Agreement.of("lines", withVectors(oracle.lines()), chroma.all(lines)),
        RunAgreement.of(items));
  }

  private Map<String, Expected> withVectors(Map<String, Expected> records) {
    records.replaceAll((id, expected) -> expected.withVector(runs.vector(id)));
    return records;
  }

  /**
   * Compares Chroma records with what the table says, but for keys that tell when something
   * changed.
   *
   * @param isThere of an id, whether its record should be there if the table has it
   * @param isLookedAt of an id, whether its record should be looked at if Chroma has it
   */
  List<Agreement> compareRead(Predicate<String> isThere, Predicate<String> isLookedAt) {
    TableOracle oracle = new TableOracle(table.scan(), arrays);
    return List.of(
        read("words", oracle.words(), isThere, isLookedAt),
        read("lines", oracle.lines(), isThere, isLookedAt));
  }

  private Agreement read(
      String collection,
      Map<String, Expected> expected,
      Predicate<String> isThere,
      Predicate<String> isLookedAt) {
    Map<String, ChromaRecord> found = chroma.all(collection);
    expected.keySet().removeIf(isThere.negate());
    found.keySet().removeIf(isLookedAt.negate());
    withVectors(expected).replaceAll((id, each) -> each.withoutTimes());
    return Agreement.of(collection, expected, found);
  }

  /** Compares until all agrees or time is up. */
  List<Agreement> compareUntilAgreed(Duration atMost) {
    return untilAgreed(this::compare, atMost);
  }

  /** Compares in this way until all agrees or time is up. */
  List<Agreement> untilAgreed(Supplier<List<Agreement>> comparison, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    List<Agreement> agreements = comparison.get();
    while (!agreements.stream().allMatch(Agreement::holds) && System.nanoTime() < deadline) {
      pause(Duration.ofSeconds(1));
      agreements = comparison.get();
    }
    return agreements;
  }

  /**
   * Waits for something while the job runs.
   *
   * @throws IllegalStateException if the job of {@link #startJob} ends or it takes too long
   */
  void await(String what, Duration atMost, BooleanSupplier condition) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (job != null && !job.isAlive()) {
        throw new IllegalStateException("the job ended: " + job.output());
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited for %s in vain for %s".formatted(what, atMost));
      }
      pause(Duration.ofMillis(200));
    }
  }

  static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Writes the job's settings.
   *
   * @param chromaUrl of Chroma, or of what stands before it
   * @return the file
   */
  Path writeConfig(String chromaUrl) throws IOException {
    Path config = settings.folder().resolve("chromasync.json");
    Path deadLetters = settings.folder().resolve("dead-letters");
    List<Map<String, Object>> groups =
        List.of(
            group("source", source),
            group(
                "runs",
                Map.of(
                    "table",
                    TABLE,
                    "aws.region",
                    SampleTable.REGION,
                    "aws.endpoint",
                    servers.dynamoDb())),
            group("chroma", Map.of("url", chromaUrl)),
            group(
                "delta",
                Map.of(
                    "bucket",
                    RunProducer.BUCKET,
                    "aws.endpoint",
                    servers.s3().endpoint().toString(),
                    "dimension",
                    Integer.toString(BaseRecords.DIMENSION))),
            group("resolve", Map.of()),
            group("snapshot", Map.of()),
            group("dead-letters", Map.of("uri", deadLetters.toString())));
    return Files.write(
        config, JsonHttp.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(groups));
  }

  private Map<String, Object> group(String id, Map<String, String> properties) {
    Map<String, String> all = new TreeMap<>(properties);
    all.putAll(more.getOrDefault(id, Map.of()));
    return Map.of("PropertyGroupId", id, "PropertyMap", all);
  }

  @Override
  public void close() {
    probe.close();
    if (job != null) {
      job.close();
    }
    runs.close();
    table.close();
    servers.close();
  }
}
