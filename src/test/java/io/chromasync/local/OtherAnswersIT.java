package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.oracle.Agreement;
import io.chromasync.testing.Fault;
import io.chromasync.testing.FaultPlan;
import io.chromasync.testing.FaultProxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Something in front of a real Chroma answers every write in its place, with status 200. */
@Timeout(300)
@Tag("long")
final class OtherAnswersIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration OUTAGE = Duration.ofSeconds(20);

  @TempDir private Path folder;

  @Test
  void c01NothingIsLostWhileSomethingElseAnswersEveryWrite() throws Exception {
    long seed = Long.getLong("seed", 7);
    System.out.println("seed=" + seed);
    Stage.Settings settings = new Stage.Settings(folder, Path.of("flink-conf"), seed, 1);
    try (Stage stage = new Stage(settings, Clock.systemUTC());
        FaultProxy proxy = proxy(stage)) {
      stage.load();
      stage.startJob();
      agree(stage);

      for (Fault fault : List.of(Fault.PAGE, Fault.EMPTY)) {
        long before = completed(stage);
        proxy.inject(FaultPlan.of(seed, 1, fault));
        long end = System.nanoTime() + OUTAGE.toNanos();
        while (System.nanoTime() < end) {
          stage.traffic().next();
          stage.checkJob();
          Stage.pause(Duration.ofMillis(100));
        }
        assertThat(proxy.injected()).containsKey(fault);
        assertThat(completed(stage)).as("runs told to be completed").isEqualTo(before);
        proxy.inject(FaultPlan.CALM);
        stage.traffic().bringBack();
        agree(stage);
        assertThat(completed(stage)).isGreaterThan(before);
      }
      assertThat(stage.flink().restarts()).hasValue(0L);
    }
  }

  @Test
  void c01ItIsNotWaitedForLongerThanTheBudget() throws Exception {
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(conf.resolve("config.yaml"), "restart-strategy.type: none\n");
    Stage.Settings settings = new Stage.Settings(folder, conf, 7, 1);
    try (Stage stage = new Stage(settings, Clock.systemUTC());
        FaultProxy proxy = proxy(stage)) {
      stage.set("chroma", Map.of("retry-budget", "5 s"));
      stage.startJob();
      proxy.inject(FaultPlan.of(7, 1, Fault.PAGE));
      stage.load();

      assertThat(stage.job().await()).isEqualTo(1);
      assertThat(stage.job().output())
          .contains("The job failed: Chroma at %s: ".formatted(proxy.url()))
          .contains("('chroma.retry-budget'); last: HTTP 200 (text/html; charset=utf-8: <!doctype")
          .contains("is not a response of Chroma; check that 'chroma.url' leads to");
    }
  }

  private static FaultProxy proxy(Stage stage) {
    FaultProxy proxy =
        FaultProxy.start(URI.create(stage.servers().chroma()), InstantSource.system());
    stage.set("chroma", Map.of("url", proxy.url().toString()));
    return proxy;
  }

  private static void agree(Stage stage) {
    stage.await("all runs to be produced", LONG, stage.runs()::isIdle);
    List<Agreement> agreements = stage.compareUntilAgreed(LONG);
    assertThat(agreements).as(Agreement.report(agreements)).allMatch(Agreement::holds);
  }

  /** How many collections of runs the table says to be completed. */
  private static long completed(Stage stage) {
    return stage.table().scan().stream()
        .flatMap(item -> List.of("words_state", "lines_state").stream().map(item::get))
        .filter(AttributeValue.fromS("COMPLETED")::equals)
        .count();
  }
}
