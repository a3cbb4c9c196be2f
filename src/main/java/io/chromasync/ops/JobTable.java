package io.chromasync.ops;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.delta.DeltaSettings;
import io.chromasync.mapping.Domain;
import io.chromasync.model.ItemKey;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.snapshot.TablePage;
import io.chromasync.snapshot.TableReader;
import io.chromasync.source.SourceSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * Table of a job, and the folder that takes requests to the job.
 *
 * @param settings of snapshots, which name both
 */
public record JobTable(SnapshotSettings settings, Domain domain) {

  /**
   * Reads a job's settings of its table.
   *
   * @throws InvalidSettings with every problem of the groups that matter here
   */
  public static JobTable of(ApplicationProperties job, Domain domain) {
    ApplicationProperties own = job.only("source", "snapshot", "dead-letters");
    SourceSettings source = SourceSettings.from(own.group("source"));
    DeadLetterSettings deadLetters = DeadLetterSettings.from(own.group("dead-letters"));
    SnapshotSettings settings =
        SnapshotSettings.from(
            own.group("snapshot"),
            new SnapshotSettings.Defaults(
                source.tableSetting(),
                source.tableAccess(),
                deadLetters.uri(),
                deadLetters.redriveUri()));
    own.check();
    return new JobTable(settings, domain);
  }

  /**
   * Reads a job's settings of the deltas of its runs.
   *
   * @throws InvalidSettings with every problem of the groups that matter here
   */
  public static DeltaSettings deltas(ApplicationProperties job) {
    ApplicationProperties own = job.only("source", "delta");
    DeltaSettings deltas =
        DeltaSettings.from(own.group("delta"), SourceSettings.from(own.group("source")).access());
    own.check();
    return deltas;
  }

  /** Returns the folder that the job watches for requests. */
  public String requestsUri() {
    return settings.requestsUri();
  }

  /** Opens a reader of the table, which the caller closes; null if the settings name no table. */
  public TableReader reader() {
    return settings.table() == null
        ? null
        : new TableReader(
            AwsClients.dynamoDb(settings.access(), Calls.RETRIED), settings.table(), domain);
  }

  /**
   * Returns the facts of the items of a partition, by consistent reads.
   *
   * @return null if the settings name no table
   * @throws IOException if the table cannot be read
   */
  TableFacts facts(String partition) throws IOException {
    try (TableReader reader = reader()) {
      return reader == null ? null : facts(partition, reader);
    }
  }

  /**
   * Returns the facts of the items of a partition, by consistent reads with an open reader.
   *
   * @throws IOException if the table cannot be read
   */
  public TableFacts facts(String partition, TableReader reader) throws IOException {
    List<String> items = new ArrayList<>();
    try {
      ItemKey after = null;
      do {
        TablePage page = reader.query(partition, after).join();
        page.rows().forEach(row -> items.add(row.json()));
        after = page.next();
      } while (after != null);
    } catch (CompletionException e) {
      throw new IOException(
          "Table %s cannot be read: %s".formatted(settings.table(), e.getCause().getMessage()), e);
    }
    return TableFacts.of(domain, partition, items, settings.table());
  }
}
