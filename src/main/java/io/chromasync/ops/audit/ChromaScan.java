package io.chromasync.ops.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.chromasync.chroma.client.RecordSource;
import io.chromasync.chroma.client.RecordSource.Found;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.DomainCollection;
import io.chromasync.ops.audit.AuditReport.Unverified;
import io.chromasync.ops.audit.Part.Line;
import io.chromasync.resolve.rules.ContentHash;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads the records of one collection into parts, page by page. A record that is deleted meanwhile
 * moves all later records, and pages by offset skip records; so the ids are read again, in pages
 * that begin elsewhere, until a pass finds no record that is new.
 *
 * <p>Pages that fail, at the first reading and in a pass, are named in {@link #unverified}.
 */
final class ChromaScan {

  /** Beginning of the names of its readings. */
  static final String READING = "chroma";

  private static final int RECORDS_PER_PART = 5_000;
  private static final int MOST_PASSES = 5;

  /** Records by which the pages of a further pass begin earlier; prime, so that no pass repeats. */
  private static final int SHIFT = 37;

  private static final int MOST_FAILURES = 3;

  private final RecordSource records;
  private final Landing landing;
  private final DomainCollection collection;
  private final boolean vectors;
  private final WorkFolder work;
  private final Progress progress;
  private final InstantSource clock;
  private final List<Unverified> unverified = new ArrayList<>();
  private final Set<Long> known = new HashSet<>();
  private final List<Line> lines = new ArrayList<>();
  private int part;
  private int failures;

  /**
   * @param landing of the job's changes: the scan rests while the job falls behind
   * @param vectors true to read vectors and documents, of which a hash is kept
   */
  ChromaScan(
      RecordSource records,
      Landing landing,
      DomainCollection collection,
      boolean vectors,
      WorkFolder work,
      Progress progress,
      InstantSource clock) {
    this.records = records;
    this.landing = landing;
    this.collection = collection;
    this.vectors = vectors;
    this.work = work;
    this.progress = progress;
    this.clock = clock;
  }

  /** Line of a record: the name of its collection, its id, hash of its vector or null, metadata. */
  static Line line(DomainCollection collection, Found record) {
    String partition = record.metadata().path(collection.levels().get(0).key()).asText("");
    String text =
        JsonNodeFactory.instance
            .arrayNode()
            .add(collection.collection().name())
            .add(record.id())
            .add(hash(record))
            .add(record.metadata())
            .toString();
    return new Line(partition, text);
  }

  /** Hash of the vector and document of a record; null if they were not read. */
  static Long hash(Found record) {
    return record.vector() == null ? null : ContentHash.of(record.vector(), record.document());
  }

  /** Returns the ranges that could not be read. */
  List<Unverified> unverified() {
    return unverified;
  }

  /** Reads what is not yet there. */
  void read() throws IOException, InterruptedException {
    String name = collection.collection().name();
    progress.begin(name, "records");
    long total = records.count(collection);
    List<Part> done = work.parts(reading());
    part = done.size();
    for (Part each : done) {
      for (int bucket = 0; bucket < Part.BUCKETS; bucket++) {
        each.bucket(bucket).forEach(line -> known.add(ContentHash.of(id(line))));
      }
    }
    progress.add(known.size(), total);
    JsonNode next =
        done.isEmpty() ? JsonNodeFactory.instance.numberNode(0) : done.get(done.size() - 1).next();
    if (next != null) {
      pages(next.asLong(), total);
      passes();
      write(null);
    }
  }

  private void pages(long from, long total) throws IOException, InterruptedException {
    Pace pace = new Pace(RecordSource.PAGE);
    long offset = from;
    while (true) {
      int size = pace.size();
      Instant begun = clock.instant();
      List<Found> page;
      try {
        page = records.page(collection, offset, size, vectors);
        failures = 0;
      } catch (InvalidSettings e) {
        if (!skip(offset, size, e)) {
          return;
        }
        offset += size;
        continue;
      }
      page.forEach(this::add);
      progress.add(page.size(), total);
      offset += page.size();
      if (page.isEmpty()) {
        return;
      }
      if (lines.size() >= RECORDS_PER_PART) {
        write(JsonNodeFactory.instance.numberNode(offset));
      }
      pace.rest(Duration.between(begun, clock.instant()));
      landing.rest();
    }
  }

  /** Names a page that failed; returns false if the rest is likely to fail too. */
  private boolean skip(long offset, int size, InvalidSettings failure) {
    failures++;
    boolean isRest = failures == MOST_FAILURES;
    String name = collection.collection().name();
    String range =
        isRest
            ? String.format(Locale.ROOT, "%s from offset %,d", name, offset)
            : String.format(Locale.ROOT, "%s from offset %,d to %,d", name, offset, offset + size);
    unverified.add(new Unverified(range, failure.getMessage()));
    return !isRest;
  }

  private void passes() throws InterruptedException {
    Pace pace = new Pace(RecordSource.PAGE);
    for (int pass = 1; pass <= MOST_PASSES; pass++) {
      int found = pass(pass, pace);
      if (found <= 0) {
        return;
      }
    }
    unverified.add(
        new Unverified(
            collection.collection().name(),
            "in each of %s passes records had moved: pages skipped them".formatted(MOST_PASSES)));
  }

  /**
   * Reads all ids again, and the records that are new; a whole pass makes up for pages that failed.
   *
   * @return number of new records that still exist; negative if a page failed
   */
  private int pass(int number, Pace pace) throws InterruptedException {
    int found = 0;
    long offset = 0;
    while (true) {
      int size = offset == 0 ? SHIFT * number % RecordSource.PAGE + 1 : pace.size();
      Instant begun = clock.instant();
      try {
        List<String> ids = records.ids(collection, offset, size);
        List<String> skipped =
            ids.stream().filter(id -> !known.contains(ContentHash.of(id))).toList();
        List<Found> there = List.copyOf(records.byId(collection, skipped, vectors).values());
        there.forEach(this::add);
        found += there.size();
        offset += ids.size();
        if (ids.isEmpty()) {
          unverified.clear();
          return found;
        }
      } catch (InvalidSettings e) {
        failures = MOST_FAILURES - 1;
        skip(offset, size, e);
        return -1;
      }
      pace.rest(Duration.between(begun, clock.instant()));
      landing.rest();
    }
  }

  private void add(Found record) {
    if (known.add(ContentHash.of(record.id()))) {
      lines.add(line(collection, record));
    }
  }

  private void write(JsonNode next) throws IOException {
    work.write(reading(), part, next, lines);
    part++;
    lines.clear();
  }

  private String reading() {
    return READING + "-" + collection.collection().name();
  }

  private static String id(Line line) {
    return ChromaLine.parse(line).id();
  }
}
