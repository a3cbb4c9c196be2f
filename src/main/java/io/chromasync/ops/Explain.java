package io.chromasync.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.StoredRecords;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.mapping.Domain;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.Projection;
import io.chromasync.resolve.PartitionDump;
import io.chromasync.resolve.SavepointPartitions;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.Writes;
import io.chromasync.snapshot.RequestedPartitions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code bin/explain}: says why the records of a partition are as they are.
 *
 * <p>Exit codes: 0 state and Chroma agree, 1 they differ, or the tool failed, 2 invalid options.
 */
@Command(
    name = "bin/explain",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Explains the records of one partition: the facts that the job has, live or hidden and by what;",
      "the run of each vector; and where Chroma, the job's state and the table differ. The running job",
      "writes its state with its next checkpoint, or a savepoint is read."
    })
public final class Explain implements Callable<Integer> {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The job's settings.")
  private Path config;

  @Option(
      names = "--from",
      paramLabel = "SAVEPOINT",
      description = "Read this savepoint or checkpoint instead of asking the running job.")
  private String from;

  @Option(
      names = "--if-change",
      paramLabel = "FILE",
      description = {
        "Also show what a change would write: a stream record as in a dead letter, or an item as",
        "DynamoDB JSON, which then counts as a MODIFY of now."
      })
  private Path change;

  @Option(
      names = "--all",
      description = "Also print facts that are live, and records that agree; implied by RECORD.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON, of all facts and records.")
  private boolean json;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "Maximum wait for the job's result; default: ${DEFAULT-VALUE}.")
  private int timeout;

  @Parameters(
      index = "0",
      paramLabel = "PARTITION",
      description = "Id of the partition: for receipts the image id, without IMAGE#.")
  private String partition;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RECORD",
      description = "Id of a record in Chroma. Not given = all records of the partition.")
  private String record;

  @Spec private CommandSpec spec;

  private final InstantSource clock;
  private final Domain domain = Domain.installed();

  private Explain(InstantSource clock) {
    this.clock = clock;
  }

  public static void main(String[] args) {
    System.exit(commandLine(InstantSource.system()).execute(args));
  }

  /** Creates the command. */
  public static CommandLine commandLine(InstantSource clock) {
    return Tool.commandLine(new Explain(clock));
  }

  @Override
  public Integer call() throws IOException {
    new Options(spec).positive("--timeout", timeout);
    if (!RequestedPartitions.isPartition(partition, domain)) {
      throw new ParameterException(
          spec.commandLine(),
          "PARTITION must not be empty, contain '#', or have space around it, but was '%s'"
              .formatted(partition));
    }
    ApplicationProperties properties = OptionFile.settings("--config", config);
    ChromaSettings chroma = ChromaSettings.alone(properties, domain.tree());
    JobTable table = JobTable.of(properties, domain);
    ProposedChange proposed =
        change == null
            ? null
            : ProposedChange.read("--if-change", change, clock.instant()).in(partition, domain);
    StoredRecords records = StoredRecords.open(chroma);
    Projection projection =
        domain.projection(records.takesArrays(domain.tree().collections().get(0)));
    PartitionDump state = state(table);
    ExplainPartition explain =
        new ExplainPartition(domain, projection, state, table.facts(partition));
    Explanation explanation = explain.explain(records(records), record);
    if (record != null && explanation.records().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "RECORD must be a record of partition %s that the job or Chroma has, but was '%s'"
              .formatted(partition, record));
    }
    print(
        proposed == null
            ? explanation
            : explanation.with(
                proposed.effects(
                    domain,
                    new Resolver(projection, Writes.ofFirstStart(chroma.updateKeys())),
                    explain.memory())));
    return explanation.agrees() ? 0 : 1;
  }

  private PartitionDump state(JobTable table) throws IOException {
    Options options = new Options(spec);
    options.made("--config", table.requestsUri());
    if (from != null) {
      return SavepointPartitions.read(options.savepoint("--from", from), partition, domain.tree());
    }
    return new QueryJob(domain.tree(), clock, spec.commandLine().getErr())
        .state(partition, table.requestsUri(), Duration.ofSeconds(timeout));
  }

  private Map<CollectionName, Map<String, JsonNode>> records(StoredRecords records) {
    Map<CollectionName, Map<String, JsonNode>> found = new TreeMap<>();
    for (DomainCollection collection : domain.tree().collections()) {
      found.put(collection.collection(), records.of(collection, partition));
    }
    return found;
  }

  private void print(Explanation explanation) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(explanation));
    } else {
      explanation.print(out, all || record != null);
    }
    out.flush();
  }
}
