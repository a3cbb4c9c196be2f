package io.chromasync;

import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static io.chromasync.testing.ItemChanges.remove;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.ItemChange;
import io.chromasync.testing.CapturedLog;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Log lines name records and say what happened to them; what an item holds is in none. */
class NoContentInLogsTest {

  /** Stands in every place of an item that holds content. */
  private static final String CONTENT = "xyzzyplugh";

  private static final JobCounters COUNTERS = new JobCounters();

  @RegisterExtension static final MiniClusterExtension CLUSTER = COUNTERS.cluster();

  private CapturedLog log;
  private FakeChroma chroma;

  @BeforeEach
  void start() {
    chroma = FakeChroma.start();
    log = CapturedLog.of("io.chromasync", Level.DEBUG);
    Configurator.setLevel("io.chromasync.chroma", Level.DEBUG);
  }

  @AfterEach
  void stop() {
    log.close();
    chroma.close();
  }

  @Test
  void whateverGoesWrongNoLineHoldsWhatAnItemHolds() throws Exception {
    String image = UUID.randomUUID().toString();
    String poison = UUID.randomUUID().toString();
    GraphRun job = GraphRun.into(chroma.url(), 1, COUNTERS);
    Files.writeString(
        job.redriveFolder().resolve("letters.jsonl"), "{\"reason\": " + CONTENT + "}\n");
    chroma
        .poison(poison)
        .fail(1, FakeChroma.Fault.status(503))
        .fail(1, FakeChroma.Fault.pageBefore(200));

    job.run(
        List.of(
            insert(Items.line(image, 1, 7, CONTENT), at(1)),
            insert(Items.word(image, 1, 7, 2, CONTENT), at(2)),
            insert(Items.word(poison, 1, 7, 2, CONTENT), at(3)),
            insert(Items.label(poison, 1, 7, 2, CONTENT), at(4)),
            insert(Items.word(image, 1, 7, 3, CONTENT).text("line_id", CONTENT), at(5)),
            remove(Items.word(image, 1, 7, 2, CONTENT), at(6)),
            unreadable(Items.word(image, 1, 7, 4, CONTENT), 7)));

    assertThat(log.lines())
        .anySatisfy(line -> assertThat(line).contains("did not accept a request"));
    assertThat(log.lines())
        .as("a page that shows the request")
        .anySatisfy(line -> assertThat(line).contains("Soon back", "is not a response of Chroma"));
    assertThat(log.lines()).anySatisfy(line -> assertThat(line).contains("no dead letter"));
    assertThat(log.lines()).anySatisfy(line -> assertThat(line).contains("is a dead letter"));
    assertThat(job.deadLetters()).anySatisfy(line -> assertThat(line).contains(CONTENT));
    assertThat(log.lines()).noneSatisfy(line -> assertThat(line).contains(CONTENT));
  }

  /** An insert of bytes that are no item. */
  private static ItemChange unreadable(TableItem item, long second) {
    ItemChange change = insert(item, at(second));
    return new ItemChange(
        change.operation(),
        change.partitionKey(),
        change.sortKey(),
        "{\"text\": " + CONTENT,
        null,
        change.version(),
        change.origin());
  }
}
