package io.chromasync.scenarios;

import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.VALID;
import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.GraphRun;
import io.chromasync.Pauses;
import io.chromasync.model.CollectionName;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.ChromaReader;
import io.chromasync.testing.Items;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * One ordering scenario: an image of its own, the records that Chroma holds of it, changes in the
 * order of their arrival, and what Chroma shows afterwards.
 */
final class Scenario {

  private static final ObjectMapper JSON = new ObjectMapper();

  final String image = UUID.randomUUID().toString();

  private final GraphRun job;
  private final ChromaReader chroma;
  private UpdateKeys updateKeys = UpdateKeys.CHANGED;
  private final List<ItemChange> arrived = new ArrayList<>();
  private final Map<RecordKey, Map<String, Object>> held = new LinkedHashMap<>();
  private final Map<CollectionName, Map<String, Stored>> shown = new HashMap<>();

  Scenario(GraphRun job, URI url) {
    this.job = job;
    this.chroma = new ChromaReader(url);
  }

  /** Somebody else writes into the collections, and the next change of a record heals it. */
  Scenario besideOthers() {
    updateKeys = UpdateKeys.ALL;
    return this;
  }

  /** Puts a word into Chroma with its vector, as the batch path does. */
  RecordKey holdsWord(int receipt, int line, int word, Map<String, Object> metadata) {
    RecordKey record = ReceiptTree.word(image, receipt, line, word);
    Map<String, Object> all = new TreeMap<>(metadata);
    all.putAll(Map.of("image_id", image, "receipt_id", receipt, "line_id", line, "word_id", word));
    held.put(record, all);
    return record;
  }

  /** Puts a row into Chroma with its vector, as the batch path does. */
  RecordKey holdsRow(int receipt, int line, Map<String, Object> metadata) {
    RecordKey record = ReceiptTree.row(image, receipt, line);
    Map<String, Object> all = new TreeMap<>(metadata);
    all.putAll(Map.of("image_id", image, "receipt_id", receipt, "line_id", line));
    held.put(record, all);
    return record;
  }

  /** Puts the records into Chroma now, rather than when the job starts. */
  Scenario holds() {
    putHeld();
    return this;
  }

  /** Changes arrive, in this order, at a job that goes on from what arrived before. */
  Scenario arrives(ItemChange... changes) {
    arrived.addAll(Arrays.asList(changes));
    return this;
  }

  /**
   * Between what arrived and what arrives next, once all of it is written and Chroma no longer
   * shows the record. A last change of another image shows that the job has come so far.
   */
  Scenario onceGone(RecordKey record, Runnable action) {
    RecordKey last = ReceiptTree.word(UUID.randomUUID().toString(), 1, 1, 1);
    held.put(last, Map.of("image_id", last.partition()));
    arrives(
        insert(Items.word(last.partition(), 1, 1, 1, "TAX"), at(1)),
        insert(Items.label(last.partition(), 1, 1, 1, "TAX").status(VALID), at(2)));
    return arrives(
        Pauses.pause(
            () -> {
              await()
                  .atMost(Duration.ofSeconds(30))
                  .ignoreExceptionsMatching(Scenario::metADelete)
                  .until(
                      () ->
                          isValidated(last)
                              && job.isWritten()
                              && !read(record).containsKey(record.id()));
              action.run();
              putHeld();
            }));
  }

  /** Between what arrived and what arrives next, once Chroma shows a record with this document. */
  Scenario onceShown(RecordKey record, String document) {
    return once(() -> shows(record, document));
  }

  /** Lets nothing more arrive until it is so. */
  Scenario once(Callable<Boolean> condition) {
    return arrives(
        Pauses.pause(
            () ->
                await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsMatching(Scenario::metADelete)
                    .until(condition)));
  }

  private boolean shows(RecordKey record, String document) {
    Stored stored = read(record).get(record.id());
    return stored != null && document.equals(stored.document());
  }

  private boolean isValidated(RecordKey record) {
    return "validated".equals(read(record).get(record.id()).metadata().get("label_status"));
  }

  /** The server lists ids and then looks them up, and fails if a delete comes between. */
  private static boolean metADelete(Throwable failure) {
    return failure instanceof IllegalStateException
        && failure.getMessage().contains("Error finding id");
  }

  /** Runs the job over everything that arrived. */
  Scenario settles() {
    putHeld();
    job.run(arrived, updateKeys);
    shown.clear();
    return this;
  }

  /** All that Chroma tells of a record, or null if it is not there. */
  Map<String, Object> metadata(RecordKey record) {
    Stored stored = stored(record);
    return stored == null ? null : stored.metadata();
  }

  /** A record with its vector and document, or null if it is not there. */
  Stored stored(RecordKey record) {
    return shown.computeIfAbsent(record.collection(), c -> read(record)).get(record.id());
  }

  /** The ids of all records of the image in a collection, ascending. */
  List<String> ids(CollectionName collection) {
    return chroma.ids(name(collection)).stream()
        .filter(id -> id.startsWith("IMAGE#" + image))
        .toList();
  }

  boolean shows(RecordKey record) {
    return metadata(record) != null;
  }

  /** The names of the labels that a record shows as valid, by arrays and flags alike. */
  List<String> valid(RecordKey record) {
    return labels(record, true);
  }

  List<String> invalid(RecordKey record) {
    return labels(record, false);
  }

  private List<String> labels(RecordKey record, boolean valid) {
    Map<String, Object> metadata = metadata(record);
    TreeSet<String> flagged = new TreeSet<>();
    metadata.forEach(
        (key, value) -> {
          if (key.startsWith("label_") && value.equals(valid)) {
            flagged.add(key.substring("label_".length()));
          }
        });
    if (!job.arrays()) {
      return List.copyOf(flagged);
    }
    List<String> listed = new ArrayList<>();
    Object array = metadata.get(valid ? "valid_labels_array" : "invalid_labels_array");
    if (array instanceof List<?> names) {
      names.forEach(name -> listed.add(name.toString()));
    }
    boolean agree =
        record.collection().equals(ReceiptTree.WORDS) || listed.equals(List.copyOf(flagged));
    if (!agree) {
      throw new AssertionError("arrays and flags of a row disagree: " + metadata);
    }
    return listed;
  }

  private Map<String, Stored> read(RecordKey record) {
    return chroma.records(name(record.collection()));
  }

  /** Puts the held records into Chroma, with vectors. */
  private void putHeld() {
    for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
      List<RecordKey> records =
          held.keySet().stream().filter(record -> record.collection().equals(collection)).toList();
      if (!records.isEmpty()) {
        put(collection, records);
      }
    }
    held.clear();
  }

  private void put(CollectionName collection, List<RecordKey> records) {
    ObjectNode body = JSON.createObjectNode();
    records.forEach(record -> body.withArray("ids").add(record.id()));
    records.forEach(record -> body.withArray("embeddings").addArray().add(0.6).add(0.8));
    records.forEach(record -> body.withArray("documents").add("text"));
    records.forEach(record -> body.withArray("metadatas").add(JSON.valueToTree(held.get(record))));
    chroma.post(
        "/api/v2/tenants/default_tenant/databases/default_database/collections/"
            + chroma.id(name(collection))
            + "/upsert",
        body.toString());
  }

  private static String name(CollectionName collection) {
    return collection.name().toLowerCase(Locale.ROOT);
  }
}
