package io.chromasync.ops.audit;

import java.util.List;

/**
 * Result of an audit. Times are ISO-8601 instants.
 *
 * @param tool name and version
 * @param way {@code three-way} (table, state, Chroma) or {@code two-way} (table, Chroma)
 * @param subject what was compared
 * @param partitions number of partitions compared
 * @param collections counts of records
 * @param facts counts of facts in table and state; null in a two-way audit
 * @param search records searched by their own vectors; null if none were
 * @param findings differences, the first {@value #MOST_FINDINGS} at most
 * @param differences number of all differences
 * @param unverified ranges and records that could not be compared
 * @param phases steps of the audit, in order
 * @param repair what was repaired; null if nothing was requested
 */
public record AuditReport(
    String tool,
    String way,
    String begun,
    String ended,
    Subject subject,
    long partitions,
    List<CollectionCounts> collections,
    FactCounts facts,
    Search search,
    List<Finding> findings,
    long differences,
    List<Unverified> unverified,
    List<Phase> phases,
    Repair repair) {

  /** Maximum number of differences that a report lists. */
  public static final int MOST_FINDINGS = 10_000;

  /** Verdict of an audit. */
  public enum Verdict {
    AGREES,
    DIFFERS,
    UNVERIFIED
  }

  /**
   * Parts of the audited system.
   *
   * @param fingerprint SHA-256 of the mapping, in hexadecimal digits
   */
  public record Subject(
      String table, String chroma, String chromaVersion, String domain, String fingerprint) {}

  /**
   * Counts of the records of one collection. Each expected or found record has one outcome.
   *
   * @param name name of the collection in Chroma
   * @param expected number of records that the state, or the table, says are shown
   * @param found number of records in Chroma
   */
  public record CollectionCounts(
      String name,
      long expected,
      long found,
      long agree,
      long missing,
      long orphaned,
      long stale,
      long wrongVector,
      long unverified) {}

  /**
   * Counts of facts.
   *
   * @param table number of facts in the table
   * @param differing number of facts whose state differs from the table
   */
  public record FactCounts(long table, long differing) {}

  /** Kind of a difference. */
  public enum Kind {
    /** The state of a fact is not what the table says: a gap, a lag, or a fault of the mapping. */
    TABLE_NOT_STATE,
    /** Chroma lacks a record. */
    MISSING,
    /** Chroma has a record that should not be shown. */
    ORPHANED,
    /** Metadata differ. */
    STALE,
    /** The vector or the document is not the newest run's. */
    WRONG_VECTOR,
    /** A search by the record's own vector does not return it. */
    UNREACHABLE
  }

  /** Action that brings a record back to what it should be. */
  public enum Remedy {
    /** A snapshot of its partition, by the running job. */
    SNAPSHOT,
    /** A new run: no vector is known any more. */
    RUN,
    /** An operator: the record names no partition, or the index of Chroma must be rebuilt. */
    OPERATOR
  }

  /**
   * One difference, which was still there when both sides were read again.
   *
   * @param partition id; null if the record names none
   * @param collection name of the collection in Chroma; null for a fact
   * @param id of the record, or path of the fact
   * @param since time of the newest change of the record or fact; null if unknown
   * @param detail one sentence or less
   * @param keys differing metadata
   */
  public record Finding(
      Kind kind,
      String partition,
      String collection,
      String id,
      String since,
      String detail,
      List<KeyDifference> keys,
      Remedy remedy) {}

  /** Metadata key with both values as JSON; null if the key is absent. */
  public record KeyDifference(String key, String expected, String found) {}

  /**
   * Records that were searched by their own vectors.
   *
   * @param statement what the sample proves, as in {@code 0 of 300: with 95 % confidence fewer than
   *     1 %}
   * @param strata parts of the collections, oldest first
   */
  public record Search(long sampled, long unreachable, String statement, List<Stratum> strata) {}

  /**
   * Part of a collection.
   *
   * @param part position in order of insertion, as in {@code words 0–20 %}
   */
  public record Stratum(String part, long sampled, long unreachable) {}

  /**
   * Range that could not be compared.
   *
   * @param range as in {@code words from offset 20,000}, or the id of a record
   */
  public record Unverified(String range, String reason) {}

  /**
   * Step of the audit.
   *
   * @param count number of things read or compared
   * @param unit what was counted, in the plural
   */
  public record Phase(String name, double seconds, long count, String unit) {}

  /**
   * Repair, and the audit of what was repaired.
   *
   * @param partitions number of partitions of which snapshots were requested
   * @param repaired number of differences that are gone
   * @param left number of differences that are still there
   * @param needRun what only a new run can supply
   */
  public record Repair(long partitions, long repaired, long left, List<NeedsRun> needRun) {}

  /**
   * Entity whose records need a new run.
   *
   * @param entity path of the scope of the run, as in {@code receipt/1}
   * @param records number of records without a vector
   */
  public record NeedsRun(String partition, String entity, String collection, long records) {}

  /**
   * Returns the verdict: differences count more than unverified ranges, and repaired differences no
   * more.
   */
  public Verdict verdict() {
    if (left() > 0) {
      return Verdict.DIFFERS;
    }
    return unverified.isEmpty() ? Verdict.AGREES : Verdict.UNVERIFIED;
  }

  /** Returns the number of differences that are not repaired. */
  public long left() {
    return differences - (repair == null ? 0 : repair.repaired());
  }
}
