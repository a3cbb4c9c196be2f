package io.chromasync.ops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.ops.audit.AuditReport.Finding;
import io.chromasync.ops.audit.AuditWorld.Fault;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.Receipts;
import io.chromasync.resolve.PartitionDump;
import io.chromasync.testing.ChromaModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An audit while words are edited between any two of its reads: it confirms exactly the seeded
 * damage, in every history. Seeds are 1 to {@code audit.histories}.
 */
final class AuditSimulationTest {

  private static final long HISTORIES = Long.getLong("audit.histories", 2_000);
  private static final String GHOST = AuditWorld.id(99);

  @Test
  void exactlyTheSeededDamageIsConfirmed() {
    LongStream.rangeClosed(1, HISTORIES)
        .forEach(
            seed -> assertThat(audit(seed, Fault.NONE)).as("seed %s", seed).isEqualTo(seeded()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"NO_FLUSH", "NO_LANDING"})
  void anAuditThatDoesNotWaitSeesDifferencesThatAreNone(Fault fault) {
    assertThat(
            LongStream.rangeClosed(1, 500)
                .filter(seed -> !audit(seed, fault).equals(seeded()))
                .findFirst())
        .isPresent();
  }

  @Test
  void aSingleReadingSeesDifferencesThatAreNone() {
    assertThat(
            LongStream.rangeClosed(1, 100)
                .filter(seed -> !once(new AuditWorld(seed, Fault.NONE)).isEmpty())
                .findFirst())
        .isPresent();
  }

  private static Map<String, String> seeded() {
    Map<String, String> seeded = new TreeMap<>();
    seeded.put(AuditWorld.id(4), "MISSING");
    seeded.put(AuditWorld.id(5), "STALE");
    seeded.put(GHOST, "ORPHANED");
    seeded.put(ReceiptKeys.label(1, 1, 6, "TAX").path(), "TABLE_NOT_STATE");
    return seeded;
  }

  private static void damage(AuditWorld world) {
    ChromaModel.Stored fifth = world.words().records().get(AuditWorld.id(5));
    world.words().delete(AuditWorld.id(4));
    world.words().update(AuditWorld.id(5), Map.of("label_status", "somebody's"));
    Map<String, Object> metadata = new TreeMap<>(fifth.metadata());
    world.words().upsert(GHOST, fifth.embedding(), "ghost", metadata);
    world.changeSilently(
        ReceiptKeys.label(1, 1, 6, "TAX"),
        new ReceiptFacts.Label(ValidationStatus.VALID, "2026-03-02T18:06:40+00:00", null).fact());
  }

  private static Map<String, String> audit(long seed, Fault fault) {
    AuditWorld world = new AuditWorld(seed, fault);
    damage(world);
    Map<String, String> confirmed = new TreeMap<>();
    Set<String> changing = new TreeSet<>();
    try {
      Suspects suspects = new Suspects();
      suspects.add(AuditWorld.IMAGE, once(world));
      new Confirmation(world.system(), comparison(), silent(), InstantSource.system())
          .confirm(
              suspects,
              new Confirmation.Outcomes() {
                @Override
                public void known(PartitionAudit.Result result, List<Finding> findings) {
                  findings.forEach(each -> confirmed.put(each.id(), each.kind().name()));
                }

                @Override
                public void changing(Suspects.Place place) {
                  changing.add(place.id());
                }

                @Override
                public void confirmed(Finding finding) {
                  confirmed.put(finding.id(), finding.kind().name());
                }
              });
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assertThat(changing)
        .as("seed %s: unverified", seed)
        .doesNotContainAnyElementsOf(seeded().keySet());
    return confirmed;
  }

  /** The first reading: each side at another time. */
  private static List<Finding> once(AuditWorld world) {
    try {
      AuditedSystem system = world.system();
      var table = system.items().of(AuditWorld.IMAGE);
      List<PartitionDump> states = new ArrayList<>();
      system.states().read(List.of(AuditWorld.IMAGE), states::add);
      return comparison()
          .compare(states.get(0), table, Comparison.byCollection(world.all()))
          .findings();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PartitionAudit comparison() {
    return new PartitionAudit(new Receipts(), new ReceiptProjection(false), name -> name, true);
  }

  private static Progress silent() {
    return new Progress(new PrintWriter(new StringWriter()), InstantSource.system());
  }
}
