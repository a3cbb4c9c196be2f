package io.chromasync.ops.audit;

import io.chromasync.chroma.client.RecordSource.Found;
import io.chromasync.chroma.client.RecordSource.Near;
import io.chromasync.model.DomainCollection;
import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditReport.Kind;
import io.chromasync.ops.audit.AuditReport.Remedy;
import io.chromasync.ops.audit.AuditReport.Search;
import io.chromasync.ops.audit.AuditReport.Stratum;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Searches a sample of records by their own vectors: each must come back. Records are drawn at
 * random from strata of equal size, in order of insertion, because an index fails by age.
 *
 * <p>A record with the vector of many others need not be among the nearest; it counts as found if
 * all that come back are as near. A record that was deleted meanwhile does not count.
 */
final class SearchSample {

  private static final int STRATA = 5;
  private static final int NEAREST = 10;

  /** Distance up to which two vectors count as equal: rounding of 32-bit numbers. */
  private static final double SAME = 1e-5;

  private static final double CONFIDENCE = 0.95;
  private static final int BISECTIONS = 60;

  private final AuditedSystem system;
  private final Progress progress;
  private final Random random;
  private final List<Stratum> strata = new ArrayList<>();

  SearchSample(AuditedSystem system, Progress progress, Random random) {
    this.system = system;
    this.progress = progress;
    this.random = random;
  }

  /**
   * Searches.
   *
   * @param size of the sample, over all collections
   * @param findings receives each record that does not come back
   */
  Search search(int size, Consumer<Finding> findings) {
    progress.begin("search", "records");
    List<DomainCollection> collections = system.domain().tree().collections();
    for (DomainCollection each : collections) {
      long count = system.records().count(each);
      int share = Math.max(1, size / collections.size() / STRATA);
      for (int i = 0; i < STRATA && count > 0; i++) {
        search(each, i, count, share, findings);
      }
    }
    long sampled = strata.stream().mapToLong(Stratum::sampled).sum();
    long unreachable = strata.stream().mapToLong(Stratum::unreachable).sum();
    return new Search(sampled, unreachable, statement(unreachable, sampled), List.copyOf(strata));
  }

  private void search(
      DomainCollection collection, int stratum, long count, int share, Consumer<Finding> findings) {
    long from = count * stratum / STRATA;
    long to = count * (stratum + 1) / STRATA;
    int sampled = 0;
    int unreachable = 0;
    int wanted = (int) Math.min(share, to - from);
    for (long offset :
        random.longs(from, Math.max(to, from + 1)).distinct().limit(wanted).toArray()) {
      List<Found> drawn = system.records().page(collection, offset, 1, true);
      for (Found record : drawn) {
        sampled++;
        if (!comesBack(collection, record) && isStillThere(collection, record)) {
          unreachable++;
          findings.accept(finding(collection, record));
        }
      }
      progress.add(drawn.size(), 0);
    }
    String part =
        String.format(
            Locale.ROOT,
            "%s %d–%d %%",
            collection.collection().name(),
            100 * stratum / STRATA,
            100 * (stratum + 1) / STRATA);
    strata.add(new Stratum(part, sampled, unreachable));
  }

  private boolean comesBack(DomainCollection collection, Found record) {
    List<Near> nearest = system.records().nearest(collection, record.vector(), NEAREST);
    double own = system.records().ownDistance(collection, record.vector());
    boolean isAmong = nearest.stream().anyMatch(near -> near.id().equals(record.id()));
    return isAmong
        || (nearest.size() == NEAREST
            && nearest.stream().allMatch(near -> near.distance() <= own + SAME));
  }

  /** Whether a record is still there with the same vector, and a second search misses it too. */
  private boolean isStillThere(DomainCollection collection, Found record) {
    Map<String, Found> again = system.records().byId(collection, List.of(record.id()), true);
    Found now = again.get(record.id());
    return now != null && !comesBack(collection, now);
  }

  private Finding finding(DomainCollection collection, Found record) {
    String partition = record.metadata().path(collection.levels().get(0).key()).asText(null);
    return new Finding(
        Kind.UNREACHABLE,
        partition,
        system.nameOf(collection.collection()),
        record.id(),
        null,
        "a search by its own vector does not return it among the nearest " + NEAREST,
        List.of(),
        Remedy.OPERATOR);
  }

  /**
   * Says what a sample proves.
   *
   * @param hits number of records that did not come back
   */
  static String statement(long hits, long sampled) {
    return sampled == 0
        ? "no record was there to search"
        : String.format(
            Locale.ROOT,
            "%,d of %,d: with 95 %% confidence fewer than %.2g %%",
            hits,
            sampled,
            100 * bound(hits, sampled));
  }

  /**
   * Upper bound of a proportion with 95 % confidence: the greatest proportion at which so few hits
   * have a probability of 5 % (Clopper and Pearson, 1934). Without a hit, about 3 / n: the rule of
   * three.
   */
  static double bound(long hits, long sampled) {
    if (hits >= sampled) {
      return 1;
    }
    double low = 0;
    double high = 1;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (atMost(hits, sampled, middle) > 1 - CONFIDENCE) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** Probability of at most so many hits among n, each with probability p. */
  private static double atMost(long hits, long n, double p) {
    double term = n * Math.log1p(-p);
    double sum = Math.exp(term);
    for (long k = 1; k <= hits; k++) {
      term += Math.log((double) (n - k + 1) / k) + Math.log(p) - Math.log1p(-p);
      sum += Math.exp(term);
    }
    return sum;
  }
}
