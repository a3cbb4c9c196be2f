package io.chromasync.ops;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.mapping.Domain;
import io.chromasync.mapping.MappedItem;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemKey;
import io.chromasync.model.Version;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.snapshot.TablePage;
import io.chromasync.snapshot.TablePage.TableRow;
import io.chromasync.snapshot.TableReader;
import io.chromasync.source.SourceSettings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * Table of a job, and the folder that takes requests to the job.
 *
 * @param settings of snapshots, which name both
 */
record JobTable(SnapshotSettings settings, Domain domain) {

  /**
   * Reads a job's settings of its table.
   *
   * @throws InvalidSettings with every problem of the groups that matter here
   */
  static JobTable of(ApplicationProperties job, Domain domain) {
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

  /** Returns the folder that the job watches for requests. */
  String requestsUri() {
    return settings.requestsUri();
  }

  /**
   * Returns the facts of the items of a partition, by consistent reads. Items that are no facts are
   * left out.
   *
   * @return null if the settings name no table
   * @throws IOException if the table cannot be read
   */
  Map<EntityKey, Fact> facts(String partition) throws IOException {
    if (settings.table() == null) {
      return null;
    }
    Map<EntityKey, Fact> facts = new HashMap<>();
    try (TableReader reader = TableReader.open(settings.access(), settings.table(), domain)) {
      ItemKey after = null;
      do {
        TablePage page = reader.query(partition, after).join();
        page.rows().forEach(row -> add(row, facts));
        after = page.next();
      } while (after != null);
    } catch (CompletionException e) {
      throw new IOException(
          "Table %s cannot be read: %s".formatted(settings.table(), e.getCause().getMessage()), e);
    }
    return facts;
  }

  private void add(TableRow row, Map<EntityKey, Fact> facts) {
    ItemChange listed =
        new ItemChange(
            ItemChange.Operation.LISTED,
            row.key().partitionKey(),
            row.key().sortKey(),
            row.json(),
            null,
            new Version(0, ""),
            "table " + settings.table());
    if (domain.listing(false).map(listed) instanceof MappedItem.Fact fact) {
      facts.put(fact.change().entity(), fact.change().fact());
    }
  }
}
