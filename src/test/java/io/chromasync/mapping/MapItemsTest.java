package io.chromasync.mapping;

import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static io.chromasync.testing.ItemChanges.modify;
import static io.chromasync.testing.ItemChanges.remove;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ResolveInput;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.Receipts;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator: what goes out where, and what is counted. */
class MapItemsTest {

  private static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";
  private static final TableItem ROW = Items.row(IMAGE, 1, 7, 8);
  private static final TableItem WORD = Items.word(IMAGE, 1, 7, 2, "ORGANIC");
  private static final TableItem LETTER = Items.letter(WORD, 1, "O");

  private final Map<String, Counter> counters = new TreeMap<>();
  private MockEnvironment environment;
  private OneInputStreamOperatorTestHarness<ItemChange, ResolveInput> operator;

  @BeforeEach
  void open() throws Exception {
    environment = new MockEnvironmentBuilder().setMetricGroup(task()).build();
    operator =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new MapItems(new Receipts(), false)), environment);
    operator.open();
  }

  @AfterEach
  void close() throws Exception {
    operator.close();
    environment.close();
  }

  @Test
  void aFactGoesOnAndNothingElse() throws Exception {
    ItemChange change = insert(ROW, at(10));

    process(change);

    assertThat(operator.extractOutputValues())
        .extracting(ResolveInput::change)
        .containsExactly(
            new FactChange(
                IMAGE,
                ReceiptKeys.row(1, 7),
                new ReceiptFacts.Row(List.of(7, 8)).fact(),
                at(10),
                true,
                false,
                change));
    assertThat(operator.getSideOutput(MapItems.DEAD_LETTERS)).isNull();
  }

  @Test
  void aRejectedChangeLeavesWholeAsADeadLetter() throws Exception {
    ItemChange broken = modify(ROW, ROW.without("line_ids"), at(10));

    process(broken);

    assertThat(operator.extractOutputValues()).isEmpty();
    assertThat(operator.getSideOutput(MapItems.DEAD_LETTERS))
        .extracting(StreamRecord::getValue)
        .containsExactly(
            new DeadLetter(
                broken,
                "receipt/1/row/7",
                Reason.UNPARSABLE,
                "attribute 'line_ids' is missing; it must be a list (L) of numbers"));
  }

  @Test
  void whatIsNotOursGoesNowhere() throws Exception {
    process(insert(LETTER, at(10)));

    assertThat(operator.extractOutputValues()).isEmpty();
    assertThat(operator.getSideOutput(MapItems.DEAD_LETTERS)).isNull();
  }

  @Test
  void aRunLeavesAsTwoDeltasAndIsCounted() throws Exception {
    TableItem run =
        ROW.text("SK", "RECEIPT#00001#COMPACTION_RUN#r1").text("TYPE", "COMPACTION_RUN");

    process(insert(run, at(1)), remove(run, at(2)));

    assertThat(operator.extractOutputValues()).isEmpty();
    assertThat(operator.getSideOutput(MapItems.DELTAS))
        .extracting(delta -> delta.getValue().run() + " " + delta.getValue().collection())
        .containsExactly("r1 words", "r1 lines");
    assertThat(counts())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "kinesisanalytics.items_read", 2L,
                "kinesisanalytics.dead_letters", 0L,
                "kinesisanalytics.runs_mapped", 1L,
                "kinesisanalytics.type.COMPACTION_RUN.items_ignored", 1L));
  }

  @Test
  void everyChangeIsCountedOnceWhenReadAndOnceByItsMeaning() throws Exception {
    process(
        insert(ROW, at(1)),
        modify(ROW, ROW, at(2)),
        remove(WORD, at(3)),
        insert(LETTER, at(4)),
        remove(LETTER, at(5)),
        insert(ROW.text("SK", "X").text("TYPE", "NEW_KIND"), at(6)),
        insert(ROW.lines(), at(7)),
        insert(ROW.lines(8), at(8)));

    assertThat(counts())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "kinesisanalytics.items_read", 8L,
                "kinesisanalytics.dead_letters", 2L,
                "kinesisanalytics.runs_mapped", 0L,
                "kinesisanalytics.entity.row.facts_mapped", 2L,
                "kinesisanalytics.entity.word.facts_mapped", 1L,
                "kinesisanalytics.type.RECEIPT_LETTER.items_ignored", 2L,
                "kinesisanalytics.type.OTHER.items_ignored", 1L,
                "kinesisanalytics.reason.unparsable.items_rejected", 1L,
                "kinesisanalytics.reason.inconsistent.items_rejected", 1L));
  }

  @Test
  void whatGoesInAndOutNeedsNoKryo() {
    SerializerConfigImpl config = new SerializerConfigImpl();
    config.setGenericTypes(false);

    assertThat(TypeInformation.of(ItemChange.class).createSerializer(config)).isNotNull();
    assertThat(TypeInformation.of(ResolveInput.class).createSerializer(config)).isNotNull();
    assertThat(MapItems.DEAD_LETTERS.getTypeInfo().createSerializer(config)).isNotNull();
    assertThat(MapItems.DELTAS.getTypeInfo().createSerializer(config)).isNotNull();
  }

  private void process(ItemChange... changes) throws Exception {
    for (ItemChange change : changes) {
      operator.processElement(change, 0);
    }
  }

  private Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    counters.forEach((name, counter) -> counts.put(name, counter.getCount()));
    return counts;
  }

  private TaskMetricGroup task() {
    TestingMetricRegistry registry =
        TestingMetricRegistry.builder().setRegisterConsumer(this::register).build();
    return TaskManagerMetricGroup.createTaskManagerMetricGroup(
            registry, "host", ResourceID.generate())
        .addJob(new JobID(), "job")
        .addTask(ExecutionAttemptID.randomId(), "task");
  }

  /** Keeps our own counters by what comes after the operator's scope. */
  private void register(Metric metric, String name, AbstractMetricGroup<?> group) {
    String scope = String.join(".", group.getScopeComponents());
    int ours = scope.indexOf("kinesisanalytics");
    if (ours >= 0) {
      counters.put(scope.substring(ours) + "." + name, (Counter) metric);
    }
  }
}
