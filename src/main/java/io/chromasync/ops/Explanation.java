package io.chromasync.ops;

import java.io.PrintWriter;
import java.util.List;

/**
 * Explanation of the records of one partition: what the table, the job's state and Chroma have.
 *
 * @param partition id
 * @param asOf time of the copy of the state, as text; null for a savepoint
 * @param complete when the job read all items of the partition, as text
 * @param waiting number of inputs that wait for a snapshot of the partition
 * @param changes mutations that a given change would cause, as text; null if none was given
 */
public record Explanation(
    String partition,
    String asOf,
    String complete,
    int waiting,
    List<FactLine> facts,
    List<RecordLine> records,
    List<String> changes) {

  /**
   * Fact of an entity.
   *
   * @param entity path
   * @param state live, deleted, hidden or unseen, with the reason
   * @param since time of its newest change; null if unseen
   * @param table what the table has
   */
  public record FactLine(String entity, String state, String since, String table) {

    /** State of a fact that nothing hides. */
    static final String LIVE = "live";

    private boolean isPlain() {
      return state.equals(LIVE) && table == null;
    }
  }

  /**
   * Record of a collection.
   *
   * @param verdict comparison of state and Chroma
   * @param state what the state says, with the reason
   * @param run id of the run that supplied the newest known vector; null if unknown
   * @param since time of the newest change of the record; null if unknown
   * @param scope path of the entity whose runs supply the vector; null if unknown
   * @param differences metadata keys whose values differ
   */
  public record RecordLine(
      String collection,
      String id,
      Verdict verdict,
      String state,
      String run,
      String since,
      String scope,
      List<Difference> differences) {}

  /** Value of a metadata key in state and in Chroma, as JSON; null if the key is absent. */
  public record Difference(String key, String state, String chroma) {}

  /** Comparison of state and Chroma for one record. */
  public enum Verdict {
    /** Chroma has what the state says, be it nothing. */
    AGREES("agrees"),
    /** The state says that the record is shown, but Chroma lacks it. */
    MISSING("missing in Chroma"),
    /** Chroma has a record that the state does not show. */
    ORPHANED("orphaned in Chroma"),
    /** Chroma has a record that is none of the domain's, or says that it is another. */
    FOREIGN("foreign in Chroma"),
    /** Some metadata differ. */
    STALE("stale in Chroma"),
    /** Chroma lacks the record, and the job no longer has its vector. */
    LOST("vector lost");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }
  }

  /** Returns true if Chroma has what the state says of every record. */
  boolean agrees() {
    return records.stream().allMatch(record -> record.verdict() == Verdict.AGREES);
  }

  /** Copy with the effects of a given change. */
  Explanation with(List<String> effects) {
    return new Explanation(partition, asOf, complete, waiting, facts, records, effects);
  }

  /**
   * Prints the explanation for a terminal.
   *
   * @param all true to print also facts that are live, and records that agree
   */
  void print(PrintWriter out, boolean all) {
    out.printf("partition     %s%n", partition);
    if (asOf != null) {
      out.printf("state         as of %s; table and Chroma were read later%n", asOf);
    }
    out.printf("complete      %s%n", complete);
    if (waiting > 0) {
      out.printf("waiting       %s inputs, for a snapshot of the partition%n", waiting);
    }
    List<FactLine> odd = facts.stream().filter(fact -> all || !fact.isPlain()).toList();
    out.printf("facts         %s, of which %s%n", facts.size(), shown(odd.size()));
    for (FactLine fact : odd) {
      out.printf("  %-44s %s%s%n", fact.entity(), fact.state(), since(fact.since()));
      if (fact.table() != null) {
        out.printf("  %-44s table: %s%n", "", fact.table());
      }
    }
    List<RecordLine> differing =
        records.stream().filter(record -> all || record.verdict() != Verdict.AGREES).toList();
    long agree = records.stream().filter(record -> record.verdict() == Verdict.AGREES).count();
    out.printf("records       %s, of which %s agree%n", records.size(), agree);
    differing.forEach(record -> print(record, out));
    if (!agrees() && asOf != null) {
      out.printf(
          "to repair     bin/snapshot --partition %s --with-runs, if a second query says the same%n",
          partition);
    }
    if (changes != null) {
      out.println(changes.isEmpty() ? "the change would write nothing" : "the change would write");
      changes.forEach(change -> out.println("  " + change));
    }
  }

  private static void print(RecordLine record, PrintWriter out) {
    out.printf("  %s %s%n", record.collection(), record.id());
    out.printf("    %-20s %s%n", record.verdict().text, record.state());
    if (record.run() != null) {
      out.printf("    %-20s %s%n", "run", record.run());
    }
    for (Difference difference : record.differences()) {
      out.printf(
          "    %-20s state %s, Chroma %s%n",
          difference.key(), shown(difference.state()), shown(difference.chroma()));
    }
  }

  private static String shown(int lines) {
    return lines == 0 ? "all are live and as in the table" : lines + " are shown";
  }

  private static String since(String time) {
    return time == null ? "" : " since " + time;
  }

  private static String shown(String json) {
    return json == null ? "has none" : json;
  }
}
