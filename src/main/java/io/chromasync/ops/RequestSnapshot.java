package io.chromasync.ops;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.FolderUri;
import io.chromasync.config.InvalidSettings;
import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.mapping.Domain;
import io.chromasync.model.Rollback;
import io.chromasync.snapshot.RequestedPartitions;
import io.chromasync.snapshot.SnapshotSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.core.fs.Path;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bin/snapshot}: requests that the running job reads partitions from the table and writes
 * them to Chroma again. It writes their ids into the folder that the job watches. A repeated
 * request does no harm.
 *
 * <p>Exit codes: 0 requested (or only counted), 1 failed, 2 invalid options.
 */
@Command(
    name = "bin/snapshot",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Requests that the running job reads partitions from the table again and rewrites their records",
      "in Chroma, for example after a collection was damaged or restored from a backup. Newer data",
      "in Chroma is not overwritten."
    })
public final class RequestSnapshot implements Callable<Integer> {

  /** Assumed maximum lag between a change and its write; the actual lag is unknown here. */
  private static final Duration LAG = Duration.ofDays(1);

  @ArgGroup(multiplicity = "1")
  private Target target;

  @Option(
      names = "--partition",
      paramLabel = "ID",
      arity = "1..*",
      description = "Ids of partitions: for receipts the image ids, without IMAGE#.")
  private List<String> partitions = List.of();

  @Option(
      names = "--partitions-from",
      paramLabel = "FILE",
      description = "File with one id per line.")
  private java.nio.file.Path partitionsFrom;

  @Option(
      names = "--with-runs",
      description = {
        "Load the newest runs again, even if it is COMPLETED. This restores vectors",
        "that Chroma lost."
      })
  private boolean withRuns;

  @Option(
      names = "--rewrite-since",
      paramLabel = "INSTANT",
      description = {
        "Rewrite everything in the job's state, because Chroma was restored from a backup of this",
        "time, as in 2026-11-24T09:00:00Z. For a restore that the job did not detect."
      })
  private String rewriteSince;

  @Option(names = "--dry-run", description = "Check and count only; request nothing.")
  private boolean dryRun;

  @Spec private CommandSpec spec;

  private final InstantSource clock;

  private RequestSnapshot(InstantSource clock) {
    this.clock = clock;
  }

  /** Folder for requests. */
  private static final class Target {

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "The job's settings; requests go to its 'snapshot.requests-uri'.")
    private java.nio.file.Path config;

    @Option(
        names = "--to",
        paramLabel = "URI",
        description = "Folder that the job watches: its 'snapshot.requests-uri'.")
    private String to;
  }

  public static void main(String[] args) {
    System.exit(commandLine(InstantSource.system()).execute(args));
  }

  public static CommandLine commandLine(InstantSource clock) {
    return Tool.commandLine(new RequestSnapshot(clock));
  }

  @Override
  public Integer call() throws IOException {
    Rollback rollback = rewriteSince == null ? null : rollback();
    Set<String> ids = ids();
    String folder = folder();
    String what =
        rollback == null ? String.format(Locale.ROOT, "%,d partitions", ids.size()) : "everything";
    out().println(what);
    if (dryRun) {
      out().printf("Nothing is requested: --dry-run. The request would go to %s%n", folder);
      return 0;
    }
    List<String> lines = new ArrayList<>();
    ids.forEach(id -> lines.add(withRuns ? RequestedPartitions.withRuns(id) : id));
    if (rollback != null) {
      lines.add(rollback.line());
    }
    out().printf("Requested %s in %s%n", what, FolderUri.shown(send(lines, folder).toString()));
    return 0;
  }

  /** Rollback to the given time: all writes since the backup count as lost. */
  private Rollback rollback() {
    if (!partitions.isEmpty() || partitionsFrom != null || withRuns) {
      throw invalid("--rewrite-since applies to all partitions; pass it without partitions", null);
    }
    Instant since;
    try {
      since = Instant.parse(rewriteSince);
    } catch (DateTimeException e) {
      throw invalid(
          "--rewrite-since must be an instant like 2026-11-24T09:00:00Z but was '%s'"
              .formatted(rewriteSince),
          e);
    }
    Instant now = clock.instant();
    if (since.isAfter(now)) {
      throw invalid(
          "--rewrite-since must not be in the future but was '%s'".formatted(since), null);
    }
    long to = now.toEpochMilli();
    return new Rollback(since.toEpochMilli(), to, to, since.minus(LAG).toEpochMilli());
  }

  /** All given ids, without duplicates. */
  private Set<String> ids() {
    Set<String> ids = new LinkedHashSet<>(partitions);
    if (partitionsFrom != null) {
      try {
        OptionFile.text("--partitions-from", partitionsFrom)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .forEach(ids::add);
      } catch (InvalidSettings e) {
        throw invalid(e.getMessage(), e);
      }
    }
    if (ids.isEmpty() && rewriteSince == null) {
      throw invalid(
          "No partition is named; pass --partition ID, --partitions-from FILE or --rewrite-since INSTANT",
          null);
    }
    for (String id : ids) {
      if (!RequestedPartitions.isPartition(id, Domain.installed())) {
        throw invalid(
            "A partition id must not be empty, contain '#', or have space around it, but was '%s'"
                .formatted(id),
            null);
      }
    }
    return ids;
  }

  private String folder() {
    if (target.to != null) {
      return target.to;
    }
    try {
      ApplicationProperties properties = OptionFile.settings("--config", target.config);
      String uri =
          SnapshotSettings.requestsUri(
              properties.group("snapshot"),
              DeadLetterSettings.from(properties.group("dead-letters")).uri());
      if (uri == null) {
        throw invalid(
            "The file %s sets neither 'snapshot.requests-uri' nor 'dead-letters.uri'"
                .formatted(target.config),
            null);
      }
      return uri;
    } catch (InvalidSettings e) {
      throw invalid(e.getMessage(), e);
    }
  }

  private Path send(List<String> requests, String uri) throws IOException {
    byte[] lines = (String.join("\n", requests) + "\n").getBytes(StandardCharsets.UTF_8);
    return Folder.put(
        new Options(spec).made("--to", uri),
        "snapshot",
        ".txt",
        clock.instant(),
        file -> file.write(lines));
  }

  private ParameterException invalid(String message, Exception cause) {
    return new ParameterException(spec.commandLine(), message, cause);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
