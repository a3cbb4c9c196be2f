package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.chroma.Promotion.Renaming;
import io.chromasync.config.InvalidSettings;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.CollectionName;
import io.chromasync.receipts.ReceiptTree;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Renames on a real server, whatever was renamed before. */
class PromotionIT {

  private final ChromaServer server = ChromaServer.startEmpty();
  private final ChromaSettings live = Settings.of(server.url());
  private final ChromaSettings shadow = Settings.of(server.url(), Map.of("mode", "shadow"));

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void collectionsKeepTheirIds() {
    Map<CollectionName, String> replaced = Preflight.run(live).collections();
    Map<CollectionName, String> shadows = Preflight.run(shadow).collections();

    rename(Promotion.of(shadow).promotion());

    assertThat(Preflight.run(live).collections()).isEqualTo(shadows);
    assertThat(Promotion.of(shadow).promotion()).isEmpty();

    rename(Promotion.of(shadow).reversal());

    assertThat(Preflight.run(live).collections()).isEqualTo(replaced);
    assertThat(Preflight.run(shadow).collections()).isEqualTo(shadows);
    assertThat(Promotion.of(shadow).reversal()).isEmpty();
  }

  @Test
  void afterEachRenameARepeatedCallContinues() {
    Map<CollectionName, String> replaced = Preflight.run(live).collections();
    Map<CollectionName, String> shadows = Preflight.run(shadow).collections();
    int renames = Promotion.of(shadow).promotion().size();
    for (int i = 0; i < renames; i++) {
      rename(List.of(Promotion.of(shadow).promotion().get(0)));
    }
    assertThat(Preflight.run(live).collections()).isEqualTo(shadows);
    for (int i = 0; i < renames; i++) {
      rename(List.of(Promotion.of(shadow).reversal().get(0)));
    }
    assertThat(Preflight.run(live).collections()).isEqualTo(replaced);
  }

  @Test
  void aShadowAloneIsPromotedAndThereIsNothingToGiveBack() {
    Map<CollectionName, String> shadows = Preflight.run(shadow).collections();

    rename(Promotion.of(shadow).promotion());

    assertThat(Preflight.run(live).collections()).isEqualTo(shadows);
    assertThat(Promotion.of(shadow).reversal()).isEmpty();
  }

  @Test
  void withoutAPromotionNothingIsTakenFromTheOtherSystem() {
    Preflight.run(live);

    assertThat(Promotion.of(shadow).reversal()).isEmpty();
  }

  @Test
  void whatIsMissingOrTakenIsNamed() {
    assertThatThrownBy(() -> Promotion.of(shadow).promotion())
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("'words-shadow' or 'words', but has neither");
    Preflight.run(live);
    Preflight.run(shadow);
    Preflight.run(Settings.of(server.url(), Map.of("words-collection", "words-before")));

    assertThatThrownBy(() -> Promotion.of(shadow).promotion())
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("The name 'words-before'")
        .hasMessageContaining("must be free");
    assertThatThrownBy(() -> Promotion.of(live))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("'chroma.mode' must be shadow");
  }

  @Test
  void aDryRunCreatesNothing() {
    ChromaSettings dryRun = Settings.of(server.url(), Map.of("mode", "dry-run"));

    assertThat(Preflight.run(dryRun).collections().get(ReceiptTree.WORDS))
        .isEqualTo("dry-run:words");

    assertThatThrownBy(() -> Promotion.of(shadow).promotion()).hasMessageContaining("has neither");
  }

  private void rename(List<Renaming> renamings) {
    renamings.forEach(Promotion.of(shadow)::rename);
  }
}
