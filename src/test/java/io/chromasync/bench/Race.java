package io.chromasync.bench;

import io.chromasync.Feed;
import io.chromasync.MeasuredJob;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The job and a plain client write the same records in turn, each into a collection of its own. The
 * more a server was written to, the slower it is, so they take turns at being first.
 */
// A harness's close() declares Exception.
@SuppressWarnings("try")
final class Race implements AutoCloseable {

  /** Of words and no rows, so all mutations are of one collection. */
  private final JobMutations expectation;

  private final ChromaServer server;
  private final PlainClient client;
  private final MeasuredJob job;
  private final String path;
  private final String jobPath;
  private final List<PlainWrites> ways;
  private final List<Double> secondsOfWays = new ArrayList<>();
  private PlainWrites best;
  private final List<Double> plainRates = new ArrayList<>();
  private final List<Double> jobRates = new ArrayList<>();
  private double jvmSeconds;
  private double chromaSeconds;
  private double plainChromaSeconds;
  private double seconds;
  private long requests;
  private long records;

  /**
   * @param collection of the job
   * @param ways of which the plain client takes the fastest
   */
  Race(
      ChromaServer server, PlainClient client, Feed feed, String collection, List<PlainWrites> ways)
      throws Exception {
    this.server = server;
    this.client = client;
    this.ways = ways;
    this.best = ways.get(0);
    this.path = client.collection(plain(collection));
    this.expectation = new JobMutations(feed, false);
    this.job = MeasuredJob.start(server, collection, feed);
    this.jobPath = client.collection(collection);
  }

  /** Turns that do not count. */
  int trials() {
    return ways.size();
  }

  /** The plain client's collection beside the job's. */
  static String plain(String collection) {
    return collection + "-plain";
  }

  /** Both write what is there before the first turn. */
  void prepare(List<ItemChange> changes) throws Exception {
    List<Mutation> mutations = expectation.of(changes);
    FigureLine.step("prepare %,d records in both collections", mutations.size());
    best.seconds(client, path, effective(mutations));
    job.write(changes);
  }

  /** Without updates and deletions of records that are not there yet, which do nothing. */
  private static List<Mutation> effective(List<Mutation> mutations) {
    Set<String> there = new HashSet<>();
    return mutations.stream()
        .filter(
            mutation ->
                (mutation.verb() == Verb.UPSERT && there.add(mutation.record().id()))
                    || there.contains(mutation.record().id()))
        .toList();
  }

  /**
   * Both write what comes of changes of different records. In the first turns, one for each way,
   * the plain client tries its ways and the job warms up; they do not count. Each has values of its
   * own, as Chroma takes a value that it has in half of the time.
   */
  void turn(List<ItemChange> changes) throws Exception {
    List<Mutation> mutations = expectation.of(changes);
    if (secondsOfWays.size() < ways.size()) {
      CpuClock.awaitIdle(server.pid());
      secondsOfWays.add(ways.get(secondsOfWays.size()).seconds(client, path, mutations));
      job.write(changes, mutations.size());
      best = ways.get(secondsOfWays.indexOf(Collections.min(secondsOfWays)));
      return;
    }
    boolean isPlainFirst = plainRates.size() % 2 == 0;
    if (isPlainFirst) {
      plain(mutations);
    }
    job(changes, mutations.size());
    if (!isPlainFirst) {
      plain(mutations);
    }
    FigureLine.step(
        "%,d records: plain client %,.0f/s, job %,.0f/s",
        mutations.size(), plainRates.get(plainRates.size() - 1), jobRates.get(jobRates.size() - 1));
  }

  private void plain(List<Mutation> mutations) throws InterruptedException {
    CpuClock.awaitIdle(server.pid());
    CpuClock clock = CpuClock.start(server.pid());
    double took = best.seconds(client, path, mutations);
    plainChromaSeconds += clock.other();
    plainRates.add(mutations.size() / took);
  }

  private void job(List<ItemChange> changes, int written) throws InterruptedException {
    CpuClock.awaitIdle(server.pid());
    long before = job.written();
    long sent = job.sum("requests_sent");
    CpuClock clock = CpuClock.start(server.pid());
    double took = job.write(changes, written);
    long start = System.nanoTime();
    client.count(jobPath);
    took += (System.nanoTime() - start) / 1e9;
    jvmSeconds += clock.jvm();
    chromaSeconds += clock.other();
    seconds += took;
    records += job.written() - before;
    requests += job.sum("requests_sent") - sent;
    jobRates.add(written / took);
  }

  void print(String what) {
    FigureLine.step("the plain client was fastest with %s", best);
    double plain = Spread.of(plainRates).median();
    double rate = Spread.of(jobRates).median();
    FigureLine.print(Figure.rate(what + ", plain client", "records/s"), plain);
    FigureLine.print(Figure.rate(what + ", job", "records/s"), rate);
    FigureLine.print(Figure.rate(what + ", job ÷ plain client", ""), rate / plain);
    FigureLine.print(
        Figure.note(what + ", records of a request", "records"), (double) records / requests);
    FigureLine.print(Figure.note(what + ", job, time", "s"), seconds);
    FigureLine.print(Figure.note(what + ", job, CPU of the JVM", "CPU s"), jvmSeconds);
    FigureLine.print(Figure.note(what + ", job, CPU of Chroma", "CPU s"), chromaSeconds);
    FigureLine.print(
        Figure.note(what + ", plain client, CPU of Chroma", "CPU s"), plainChromaSeconds);
  }

  @Override
  public void close() throws Exception {
    job.close();
    expectation.close();
  }
}
