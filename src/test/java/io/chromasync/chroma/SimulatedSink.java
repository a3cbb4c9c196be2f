package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Rollback;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkCommittable;
import io.chromasync.model.SinkInput;
import io.chromasync.receipts.ReceiptTree;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.flink.api.common.eventtime.Watermark;

/**
 * The real writer in simulated time, and the clock that the whole simulation goes by, for tests of
 * other packages. What it fails with comes as {@link Failed}, or {@link GivenUp} if a restart does
 * not help.
 */
public final class SimulatedSink {

  /** The server of the simulation. */
  public interface Server {

    /** It is asked whether it is there. */
    void heartbeat(Reply reply);

    /** A request has come. */
    void post(String collection, String operation, String body, Reply reply);
  }

  /** How a request is answered; not at all, if neither is called. */
  public interface Reply {

    /** As Chroma answers a write, or with an error. */
    default void answer(int status, Duration retryAfter) {
      answer(status, "{}", retryAfter);
    }

    /**
     * As Chroma answers.
     *
     * @param body of a success
     */
    void answer(int status, String body, Duration retryAfter);

    /** As what stands in front of it does. */
    void answerInItsPlace(int status);

    void breakConnection();
  }

  /** The writer has failed, and with it the job. */
  public static final class Failed extends Exception {

    private Failed(Throwable cause) {
      super(cause);
    }
  }

  /** A writer says that Chroma went back, and that nothing the job remembers repairs it. */
  public static final class GivenUp extends RuntimeException {

    private GivenUp(ChromaRolledBack cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** How often the writer compares Chroma by the clock, at least. */
  public static final long CHECK_MILLIS = RollbackGuard.INTERVAL.toMillis();

  private final SimulatedTask task = new SimulatedTask();
  private final Map<String, String> properties;
  private final Supplier<WriteQueue> queues;
  private final Chroma chroma;
  private final List<ChromaWriter> writers = new ArrayList<>();
  private final List<WriteGuard> guards = new ArrayList<>();
  private final Map<Integer, FreshPublisher> publishers = new TreeMap<>();
  private final Consumer<Rollback> repairs;

  /** Ways to break the guard. */
  public enum GuardFault {
    NONE,
    /** The mark is written before the flush. */
    MARKS_FIRST,
    /** Chroma is compared only when a writer starts. */
    COMPARES_AT_START,
    /** Chroma is not compared when a writer starts. */
    COMPARES_AT_BARRIERS
  }

  /** Ways to break the publication of freshness. */
  public enum FreshFault {
    /** The records stay as they are when a writer starts. */
    LOWERS_NOTHING,
    /** Chroma's records are not compared before a publication. */
    COMPARES_NOTHING,
    /** A rollback holds nothing. */
    AWAITS_NO_REWRITE
  }

  private static FreshPublisher.Rules rules(Set<FreshFault> faults) {
    return new FreshPublisher.Rules() {
      @Override
      public boolean lowers() {
        return !faults.contains(FreshFault.LOWERS_NOTHING);
      }

      @Override
      public boolean compares() {
        return !faults.contains(FreshFault.COMPARES_NOTHING);
      }

      @Override
      public boolean awaitsRewrites() {
        return !faults.contains(FreshFault.AWAITS_NO_REWRITE);
      }
    };
  }

  private final GuardFault fault;
  private final FreshPublisher.Rules freshRules;
  private boolean starts;

  /**
   * @param queues one for each writer
   * @param properties of the group {@code chroma}, but for the url
   * @param repairs is told when the writer asks for a repair of Chroma
   */
  public SimulatedSink(
      Server server,
      Supplier<WriteQueue> queues,
      Map<String, String> properties,
      Consumer<Rollback> repairs,
      GuardFault fault,
      Set<FreshFault> freshFaults) {
    this.freshRules = rules(freshFaults);
    this.chroma = new Wire(server);
    this.queues = queues;
    this.properties = properties;
    this.repairs = repairs;
    this.fault = fault;
  }

  /**
   * New writers begin, as when a job starts.
   *
   * @param tasks how many, always the same
   * @param marks of the state that they start from; each writer gets its own
   */
  public void start(int tasks, RandomGenerator random, List<Mark> marks) {
    writers.clear();
    guards.clear();
    publishers.clear();
    starts = true;
    for (int index = 0; index < tasks; index++) {
      int own = index;
      writers.add(
          writer(
              new SimulatedSubtask(task, index, tasks),
              random,
              marks.stream().filter(mark -> mark.task() == own).toList()));
    }
  }

  private ChromaWriter writer(SimulatedSubtask subtask, RandomGenerator random, List<Mark> marks) {
    ServerProfile profile =
        new ServerProfile(
            true,
            true,
            5_461,
            Map.of(ReceiptTree.WORDS, "words", ReceiptTree.LINES, "lines"),
            "marks",
            "fresh");
    ChromaSettings settings = Settings.of(URI.create("http://chroma:8000"), properties);
    ChromaTarget destination = new ChromaTarget(chroma, new ReceiptTree(), settings, profile);
    RollbackGuard.Rules rules =
        new RollbackGuard.Rules(
            new RollbackPolicy(OnRollback.REPAIR, Duration.ofDays(10)), this::repair);
    return new ChromaWriter(
        destination,
        unlimited -> queues.get(),
        random,
        subtask,
        (metrics, freshUpTo) -> {
          FreshPublisher fresh =
              new FreshPublisher(destination, freshUpTo, freshRules, subtask, metrics);
          RollbackGuard guard =
              new RollbackGuard(destination, rules, random, fresh, subtask, metrics);
          guard.start(marks);
          guards.add(guard);
          publishers.put(index(subtask), fresh);
          return fault == GuardFault.MARKS_FIRST ? new WithoutBarriers(guard) : guard;
        });
  }

  /** What a checkpoint holds of marks, after a flush. */
  public List<Mark> marks() {
    return writers.stream().flatMap(writer -> writer.snapshotState(1).stream()).toList();
  }

  /** The newest mark, by task, that its writer knows Chroma to have acknowledged. */
  public Map<Integer, Long> acknowledged() {
    Map<Integer, Long> newest = new TreeMap<>();
    guards.stream()
        .flatMap(guard -> guard.state().stream())
        .forEach(mark -> newest.put(mark.task(), mark.at()));
    return newest;
  }

  private static int index(SimulatedSubtask subtask) {
    return subtask.getTaskInfo().getIndexOfThisSubtask();
  }

  /** When each task published last, as far as that was acknowledged. */
  public Map<Integer, Long> published() {
    Map<Integer, Long> newest = new TreeMap<>();
    publishers.forEach((task, publisher) -> newest.put(task, publisher.publishedAt()));
    newest.values().removeIf(at -> at == 0);
    return newest;
  }

  private void repair(Rollback rollback) {
    GuardFault blind = starts ? GuardFault.COMPARES_AT_BARRIERS : GuardFault.COMPARES_AT_START;
    if (fault != blind) {
      repairs.accept(rollback);
    }
  }

  /** The writers end, whatever is under way. */
  public void stop() {
    writers.forEach(ChromaWriter::close);
  }

  /** A mutation reaches a writer. */
  public void write(Mutation mutation, int task) throws Failed {
    attempt(() -> writers.get(task).write(SinkInput.of(mutation), null));
  }

  /** A report reaches a writer. */
  public void write(RunReport report, int task) throws Failed {
    attempt(() -> writers.get(task).write(SinkInput.of(report), null));
  }

  /** A watermark reaches a writer. */
  public void watermark(long millis, int task) throws Failed {
    attempt(() -> writers.get(task).writeWatermark(new Watermark(millis)));
  }

  /** The end of a rewrite reaches a writer. */
  public void rewritten(Rollback rollback, int task) throws Failed {
    attempt(() -> writers.get(task).write(SinkInput.rewritten(rollback), null));
  }

  /** Waits until all is acknowledged, as Flink has it done at a barrier. */
  public void flush() throws Failed {
    starts = false;
    if (fault == GuardFault.MARKS_FIRST) {
      for (WriteGuard guard : guards) {
        attempt(() -> guard.flushed(true));
      }
    }
    for (ChromaWriter writer : writers) {
      attempt(() -> writer.flush(false));
    }
  }

  /** What may be told of runs, after a flush. */
  public List<RunReport> reports() throws Failed {
    List<RunReport> reports = new ArrayList<>();
    for (ChromaWriter writer : writers) {
      attempt(
          () ->
              writer.prepareCommit().stream()
                  .map(SinkCommittable::report)
                  .filter(Objects::nonNull)
                  .forEach(reports::add));
    }
    return reports;
  }

  public long now() {
    return task.getCurrentProcessingTime();
  }

  /** Lets something happen at a time. */
  // Nobody cancels these timers.
  @SuppressWarnings("FutureReturnValueIgnored")
  public void at(long time, Runnable event) {
    task.registerTimer(time, at -> event.run());
  }

  /** Lets time pass, and happen what it brings. */
  public void runUntil(long time) throws Failed {
    boolean[] reached = {false};
    at(time, () -> reached[0] = true);
    attempt(
        () -> {
          while (!reached[0]) {
            task.yield();
          }
        });
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static void attempt(Attempt attempt) throws Failed {
    try {
      attempt.run();
    } catch (Exception e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof ChromaFailure) {
          throw new Failed(e);
        }
        if (cause instanceof ChromaRolledBack rolledBack) {
          throw new GivenUp(rolledBack);
        }
      }
      throw new IllegalStateException("the simulation itself fails", e);
    }
  }

  /** Flushes are no barriers to it. */
  private record WithoutBarriers(WriteGuard guard) implements WriteGuard {

    @Override
    public void awaitStart() throws InterruptedException {
      guard.awaitStart();
    }

    @Override
    public void flushed(boolean wrote) {}

    @Override
    public void watermark(long eventTime) {
      guard.watermark(eventTime);
    }

    @Override
    public void rewritten(Rollback rollback) {
      guard.rewritten(rollback);
    }

    @Override
    public List<Mark> state() {
      return guard.state();
    }

    @Override
    public void close() {
      guard.close();
    }
  }

  /** Hands requests to the server, and its answers back. */
  private record Wire(Server server) implements Chroma {

    private static final ChromaResponse BEAT = Answers.json(200, "{\"nanosecond heartbeat\":1}");

    @Override
    public CompletableFuture<ChromaResponse> get(String path) {
      CompletableFuture<ChromaResponse> answer = new CompletableFuture<>();
      server.heartbeat(reply(answer, true));
      return answer;
    }

    @Override
    public CompletableFuture<ChromaResponse> post(String path, byte[] json) {
      List<String> parts = List.of(path.split("/", -1));
      CompletableFuture<ChromaResponse> answer = new CompletableFuture<>();
      server.post(
          parts.get(parts.size() - 2),
          parts.get(parts.size() - 1),
          new String(json, UTF_8),
          reply(answer, false));
      return answer;
    }

    private static Reply reply(CompletableFuture<ChromaResponse> answer, boolean isHeartbeat) {
      return new Reply() {
        @Override
        public void answer(int status, String body, Duration retryAfter) {
          if (isHeartbeat) {
            answer.complete(BEAT);
          } else {
            answer.complete(
                status < 300 ? Answers.json(status, body) : Answers.chromas(status, retryAfter));
          }
        }

        @Override
        public void answerInItsPlace(int status) {
          answer.complete(Answers.page(status));
        }

        @Override
        public void breakConnection() {
          answer.completeExceptionally(new IOException("connection reset"));
        }
      };
    }
  }
}
