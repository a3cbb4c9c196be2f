package io.chromasync.bench;

import static io.chromasync.bench.PrintedFigure.BACKLOG_SECONDS;
import static io.chromasync.bench.PrintedFigure.BYTES_PER_FACT;
import static io.chromasync.bench.PrintedFigure.FACTS_PER_SECOND;
import static io.chromasync.bench.PrintedFigure.LABELS_P50;
import static io.chromasync.bench.PrintedFigure.LABELS_P99;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A program that {@link Bench} runs in a process of its own, and the figures that it prints. */
enum BenchScenario {
  FACTS(
      "io.chromasync.FactsBenchmark",
      "50000",
      "400000",
      "Facts through mapping, resolve and the window into nothing; RocksDB, checkpoints, no server."),
  RESOLVE(
      "io.chromasync.bench.ResolveBenchmark",
      "40000",
      "400000",
      "The operator of resolve alone, in one thread, without a server: changes of labels, of places"
          + " with all records that show them, and removals of words. A CPU second is one of its"
          + " thread; what RocksDB, the compiler and the garbage collector do counts beside it."),
  GROWTH(
      "io.chromasync.bench.GrowthBenchmark",
      "10000 100000",
      "10000 100000 1000000",
      "Resolve alone on RocksDB with more and more state: label changes, a full checkpoint into"
          + " files, and the restore from it."),
  SOURCE(
      "io.chromasync.source.SourceBenchmark",
      "bench 20000 150000",
      "bench 60000 150000",
      "A waiting stream of one shard, read and mapped: DynamoDB Local beside a plain client, and a"
          + " fake stream that takes five calls a second."),
  CEILING(
      "io.chromasync.bench.CeilingBenchmark",
      "3000 600",
      "8000 3000",
      "A plain HTTP client without Flink on a real Chroma, with the best of several request sizes"
          + " and numbers of requests at once. The time ends when Chroma has counted its records."),
  JOB(
      "io.chromasync.bench.JobBenchmark",
      "12000 600",
      "20000 3000",
      "The job with a stream in its own process, checkpoints every 3 s, beside a plain client that"
          + " sends the same records in requests of the best size to the same Chroma, in turn."),
  REPLACED(
      "io.chromasync.bench.ReplacedBenchmark",
      "4000",
      "10000",
      "Five strategies of a consumer of a queue, and the job, on one history of changes: shuffled,"
          + " partly duplicated, with removals. The model adds the snapshot cycle of the old system"
          + " to each invocation: 25 s and $0.02."),
  BACKLOG(
      "io.chromasync.local.BacklogBenchmark",
      "2400",
      "10000",
      "Label changes that wait in the stream of DynamoDB Local until Chroma has them."),
  FRESHNESS(
      "io.chromasync.local.FreshnessBenchmark",
      "12",
      "45",
      "From a write that DynamoDB Local accepted until Chroma shows it, at several rates of label"
          + " changes, and while runs load as fast as they can."),
  AUDIT(
      "io.chromasync.local.AuditBenchmark",
      "10000",
      "100000",
      "bin/audit --vectors of all records beside the job, while ten labels a second are edited; the"
          + " freshness of the edits without it and during it."),
  DEMO(
      "bin/demo",
      "--once --any-ports --edits 600",
      "--once --any-ports --edits 1200",
      "The demo: edits of labels, places and words while runs load.");

  private final String program;
  private final String quick;
  private final String full;
  private final String description;

  BenchScenario(String program, String quick, String full, String description) {
    this.program = program;
    this.quick = quick;
    this.full = full;
    this.description = description;
  }

  /** Some sentences. */
  String description() {
    return jvmOptions().isEmpty()
        ? description
        : description
            + " As in the demo, a JVM that starts cold beside its servers compiles once ("
            + jvmOptions()
            + "), in the baseline too.";
  }

  /** Options of its JVM and of those that it starts. */
  String jvmOptions() {
    return this == BACKLOG || this == FRESHNESS || this == AUDIT ? "-XX:TieredStopAtLevel=1" : "";
  }

  /** Whether commits from before the bench have the program, so that it is compared. */
  boolean isInOlderCommits() {
    return !sentences().isEmpty();
  }

  /**
   * What runs it.
   *
   * @param folder of the sources; a script of theirs runs with the options it gives itself
   * @param java starts a class of these sources
   */
  Command command(Path folder, Command java, boolean isQuick) {
    Command start =
        program.startsWith("bin/")
            ? Command.of(folder.resolve(program).toString())
            : java.with(program);
    return start.with(List.of((isQuick ? quick : full).split(" ", -1)));
  }

  /**
   * The figures in what the program printed.
   *
   * @throws IllegalStateException if one is not there
   */
  List<FigureLine> figures(String printed) {
    List<FigureLine> figures = new ArrayList<>();
    sentences().forEach(sentence -> figures.add(sentence.in(printed)));
    figures.addAll(FigureLine.in(printed));
    if (figures.isEmpty()) {
      throw new IllegalStateException("%s printed no figure".formatted(this));
    }
    return figures;
  }

  /** Figures in sentences of the program. */
  private List<PrintedFigure> sentences() {
    return switch (this) {
      case FACTS -> List.of(FACTS_PER_SECOND, BYTES_PER_FACT);
      case BACKLOG -> List.of(BACKLOG_SECONDS);
      case DEMO -> List.of(LABELS_P50, LABELS_P99);
      default -> List.of();
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
