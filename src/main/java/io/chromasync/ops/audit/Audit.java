package io.chromasync.ops.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.FreshUpTo;
import io.chromasync.chroma.StoredRecords;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.FolderUri;
import io.chromasync.config.InvalidSettings;
import io.chromasync.delta.DeltaArchive;
import io.chromasync.mapping.Domain;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.Projection;
import io.chromasync.ops.Folder;
import io.chromasync.ops.JobTable;
import io.chromasync.ops.OptionFile;
import io.chromasync.ops.Options;
import io.chromasync.ops.QueryJob;
import io.chromasync.ops.Tool;
import io.chromasync.ops.audit.AuditReport.Unverified;
import io.chromasync.snapshot.RequestedPartitions;
import io.chromasync.snapshot.TableReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code bin/audit}: proves that Chroma shows what the table says, or names each difference.
 *
 * <p>Exit codes: 0 all agree, 1 differences, 2 something is unverified, which includes invalid
 * options and failures.
 */
@Command(
    name = "bin/audit",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Compares the table, the state of the running job and Chroma, record by record, while the job",
      "runs and the table changes. A difference counts only if it is still there when all sides are",
      "read again after what was in flight. Says which side differs: the state from the table, or",
      "Chroma from the state. By default nothing is changed."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all agree",
      "1:differences are left",
      "2:no difference, but something is unverified; or the audit failed"
    })
public final class Audit implements Callable<Integer> {

  private static final int UNVERIFIED = 2;

  /** Maximum wait for changes to be applied at each reading, in seconds. */
  private static final int LONGEST_LANDING = 120;

  @Mixin private AuditOptions options;

  @Spec private CommandSpec spec;

  private final InstantSource clock;
  private final Domain domain = Domain.installed();

  private Audit(InstantSource clock) {
    this.clock = clock;
  }

  public static void main(String[] args) {
    System.exit(commandLine(InstantSource.system()).execute(args));
  }

  /** Creates the command. */
  public static CommandLine commandLine(InstantSource clock) {
    CommandLine command = Tool.commandLine(new Audit(clock));
    command.setExitCodeExceptionMapper(failure -> UNVERIFIED);
    return command;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (options.subject.check != null) {
      return check(options.subject.check);
    }
    options.check(spec);
    ApplicationProperties properties = OptionFile.settings("--config", options.subject.config);
    ChromaSettings chroma = ChromaSettings.alone(properties, domain.tree());
    JobTable table = JobTable.of(properties, domain);
    List<Unverified> unread = new ArrayList<>();
    Path folder =
        options.work == null ? Files.createTempDirectory("chromasync-audit-") : options.work;
    try (TableReader reader = reader(table);
        DeltaArchive archive =
            options.withoutJob
                ? DeltaArchive.open(JobTable.deltas(properties), domain.batches())
                : null) {
      StoredRecords records = StoredRecords.open(chroma);
      DomainCollection first = domain.tree().collections().get(0);
      Projection projection = domain.projection(records.takesArrays(first));
      Progress progress = new Progress(spec.commandLine().getErr(), clock);
      AuditedSystem system =
          new AuditedSystem(
              domain,
              name -> chroma.nameOf(new CollectionName(name)),
              partition -> table.facts(partition, reader),
              records,
              states(table, projection, reader, archive, unread),
              landing(chroma),
              options.vectors);
      AuditRun.Sides sides =
          new AuditRun.Sides(
              projection,
              reader,
              chroma.url() + chroma.databasePath(),
              records.version(),
              options.withoutJob ? null : table.requestsUri());
      WorkFolder parts = WorkFolder.open(folder, subject(system, sides));
      if (parts.isResumed()) {
        progress.say("resumed from " + folder);
      }
      AuditReport report =
          new AuditRun(system, sides, options.choices(), parts, progress, clock)
              .run("bin/audit", unread);
      parts.delete();
      if (!options.withoutJob) {
        report(report, table.requestsUri());
      }
      return print(report);
    } finally {
      if (options.work == null) {
        WorkFolder.delete(folder);
      }
    }
  }

  private int check(Path file) {
    JsonNode report = AuditCheck.report(OptionFile.text("--check", file));
    boolean isIntact = report != null && AuditJson.isIntact(report);
    spec.commandLine()
        .getOut()
        .println(
            report == null
                ? "%s has no report".formatted(file)
                : isIntact
                    ? "The report has its hash %s; verdict: %s"
                        .formatted(AuditJson.hashOf(report), report.get("verdict").asText())
                    : "The report was changed: it does not have the hash that it names");
    return isIntact ? 0 : UNVERIFIED;
  }

  private TableReader reader(JobTable table) {
    TableReader reader = table.reader();
    if (reader == null) {
      throw new InvalidSettings(
          "Property 'table' in group 'snapshot' must name the table for an audit, but is not set");
    }
    return reader;
  }

  private States states(
      JobTable table,
      Projection projection,
      TableReader reader,
      DeltaArchive archive,
      List<Unverified> unread) {
    if (options.withoutJob) {
      return new TableStates(domain, projection, table, reader, archive, unread::add);
    }
    new Options(spec).made("--config", table.requestsUri());
    return new JobStates(
        new QueryJob(domain.tree(), clock, spec.commandLine().getErr()),
        table.requestsUri(),
        Duration.ofSeconds(options.timeout));
  }

  /** Without a job, nothing is on its way. */
  private Landing landing(ChromaSettings chroma) {
    return options.withoutJob
        ? time -> true
        : new FreshLanding(
            FreshUpTo.open(chroma),
            chroma.collections(),
            Duration.ofSeconds(Math.min(options.timeout, LONGEST_LANDING)),
            clock);
  }

  /** What parts of an ended audit must have in common with this one. */
  private ObjectNode subject(AuditedSystem system, AuditRun.Sides sides) {
    ObjectNode subject = JsonNodeFactory.instance.objectNode();
    subject.put("table", sides.table().table());
    subject.put("chroma", sides.chroma());
    domain
        .tree()
        .collections()
        .forEach(each -> subject.put(each.collection().name(), system.nameOf(each.collection())));
    return subject.put("vectors", options.vectors).put("job", !options.withoutJob);
  }

  /** Reports the result to the job, whose metrics show it. */
  private void report(AuditReport report, String requests) throws IOException {
    String line = RequestedPartitions.audited(report.left(), report.unverified().size()) + "\n";
    Folder.put(
        FolderUri.path(requests),
        "audit",
        ".txt",
        clock.instant(),
        file -> file.write(line.getBytes(StandardCharsets.UTF_8)));
  }

  private int print(AuditReport report) throws IOException {
    JsonNode written = AuditJson.of(report);
    if (options.json != null) {
      Files.writeString(options.json, AuditJson.text(written));
    }
    if (options.html != null) {
      Files.writeString(options.html, AuditPage.of(report, written));
    }
    new AuditSummary(report, spec.commandLine().getOut()).print();
    return switch (report.verdict()) {
      case AGREES -> 0;
      case DIFFERS -> 1;
      case UNVERIFIED -> UNVERIFIED;
    };
  }
}
