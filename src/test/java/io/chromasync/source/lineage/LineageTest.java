package io.chromasync.source.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.InvalidSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class LineageTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:30Z");
  private static final Shard PARENT = new Shard("a", List.of());
  private static final Shard CHILD = new Shard("b", List.of("a"));
  private static final Shard GRANDCHILD = new Shard("c", List.of("b"));

  private final Lineage lineage = new Lineage("stream", StartPosition.TRIM_HORIZON);

  @Test
  void aChildWaitsForItsParent() {
    lineage.listed(listing(PARENT, CHILD), NOON);

    assertThat(assignable(lineage)).containsExactly("a");

    assignAll(lineage);
    assertThat(assignable(lineage)).isEmpty();

    lineage.ended("a", Long.MIN_VALUE, NOON);
    assertThat(assignable(lineage)).containsExactly("b");
  }

  @Test
  void aMergedShardWaitsForBothParents() {
    lineage.listed(
        listing(PARENT, new Shard("x", List.of()), new Shard("m", List.of("a", "x"))), NOON);
    assignAll(lineage);

    lineage.ended("a", Long.MIN_VALUE, NOON);
    assertThat(assignable(lineage)).isEmpty();

    lineage.ended("x", Long.MIN_VALUE, NOON);
    assertThat(assignable(lineage)).containsExactly("m");
  }

  @Test
  void theStreamThatFollowsWaitsForAShardOfTheOneBeforeThatIsGivenBack() {
    lineage.listed(listing(PARENT), NOON);
    ShardSplit given = lineage.assignable().get(0);
    lineage.assigned(given);
    lineage.ended("a", Long.MIN_VALUE, NOON);
    lineage.follow("next", NOON);
    lineage.listed(listing(new Shard("n", List.of())), NOON);
    assertThat(assignable(lineage)).containsExactly("n");

    lineage.returned(given, NOON);
    assertThat(assignable(lineage)).containsExactly("a");
    assignAll(lineage);
    assertThat(assignable(lineage)).isEmpty();

    lineage.ended("a", Long.MIN_VALUE, NOON);
    assertThat(assignable(lineage)).containsExactly("n");
  }

  @Test
  void aParentMissingFromOneListingIsNotTrimmed() {
    // Given
    lineage.listed(listing(CHILD), NOON);
    lineage.listed(listing(CHILD), NOON);
    assertThat(lineage.isUnsettled(NOON)).isTrue();

    // When
    lineage.listed(listing(PARENT, CHILD), NOON);

    // Then
    assertThat(assignable(lineage)).containsExactly("a");
  }

  @Test
  void aParentMissingAgainAndAgainIsTrimmed() {
    for (int i = 0; i < ConsecutiveMisses.MISSES; i++) {
      assertThat(assignable(lineage)).isEmpty();
      lineage.listed(listing(CHILD), NOON.plus(ConsecutiveMisses.MISSING.multipliedBy(i)));
    }

    assertThat(assignable(lineage)).containsExactly("b");
  }

  @Test
  void listingsAtOnceAfterEachOtherDoNotMakeAParentTrimmed() {
    for (int i = 0; i < 100; i++) {
      lineage.listed(listing(CHILD), NOON.plusMillis(200L * i));
    }

    assertThat(assignable(lineage)).isEmpty();
    assertThat(lineage.isUnsettled(NOON)).isTrue();
  }

  @Test
  void aKnownShardThatIsNotListedStaysKnown() {
    lineage.listed(listing(PARENT, CHILD), NOON);

    lineage.listed(listing(CHILD), NOON);
    lineage.listed(listing(CHILD), NOON);
    lineage.listed(listing(CHILD), NOON);

    assertThat(assignable(lineage)).containsExactly("a");
  }

  @Test
  void aFinishedShardThatIsStillListedIsNotReadAgain() {
    lineage.listed(listing(PARENT), NOON);
    assignAll(lineage);
    lineage.ended("a", Long.MIN_VALUE, NOON);

    lineage.listed(listing(PARENT), NOON.plus(ShardTable.MEMORY).plusSeconds(1));

    assertThat(assignable(lineage)).isEmpty();
    assertThat(lineage.state().shards()).hasSize(1);
  }

  @Test
  void aFinishedShardIsForgottenTwoDaysAfterItsEndWhenNoLongerListed() {
    lineage.listed(listing(PARENT), NOON);
    lineage.ended("a", Long.MIN_VALUE, NOON);

    lineage.listed(listing(), NOON.plus(ShardTable.MEMORY));
    assertThat(lineage.state().shards()).hasSize(1);

    lineage.listed(listing(), NOON.plus(ShardTable.MEMORY).plusMillis(1));
    assertThat(lineage.state().shards()).isEmpty();
  }

  @Test
  void latestPassesOverWhatWasClosedAndPinsTheMinute() {
    // Given
    Lineage latest = new Lineage("stream", StartPosition.LATEST);

    // When
    latest.listed(new StreamResponse.Shards(List.of(PARENT, CHILD), Set.of("a"), true), NOON);

    // Then
    assertThat(latest.assignable())
        .extracting(split -> split.position().fromMillis())
        .containsExactly(Instant.parse("2026-11-23T12:00:00Z").toEpochMilli());
    assertThat(assignable(latest)).containsExactly("b");
  }

  @Test
  void latestIsTheMomentItWasPinnedToThoughTheListingComesLate() {
    // Given: the shard closed between the pin and the first listing
    Lineage latest = new Lineage("stream", StartPosition.LATEST.at(NOON));

    // When
    Instant later = NOON.plus(Duration.ofMinutes(5));
    latest.listed(new StreamResponse.Shards(List.of(PARENT, CHILD), Set.of("a"), true), later);

    // Then
    assertThat(latest.assignable())
        .extracting(split -> split.splitId(), split -> split.position().fromMillis())
        .containsExactly(
            Assertions.tuple("a", Instant.parse("2026-11-23T12:00:00Z").toEpochMilli()));
  }

  @Test
  void aStartInTheFutureIsRefused() {
    assertThatThrownBy(() -> StartPosition.parse("2026-11-24T12:00:00Z").at(NOON))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("'start' in group 'source' must not be in the future");
  }

  @Test
  void latestStaysPinnedAcrossARestore() {
    // Given
    Lineage latest = new Lineage("stream", StartPosition.LATEST);
    latest.listed(listing(PARENT), NOON);
    Lineage restored = Lineage.restored(latest.state(), StartPosition.LATEST);

    // When: the shard closes and gets a child while the job is down
    Instant later = NOON.plus(Duration.ofHours(1));
    restored.listed(new StreamResponse.Shards(List.of(PARENT, CHILD), Set.of("a"), true), later);

    // Then: both are read, from the moment pinned at first
    assertThat(assignable(restored)).containsExactly("a");
    restored.ended("a", Long.MIN_VALUE, later);
    assertThat(restored.assignable())
        .extracting(split -> split.position().fromMillis())
        .containsExactly(Instant.parse("2026-11-23T12:00:00Z").toEpochMilli());
  }

  @Test
  void shardsOfTheFirstListingAreOwedSinceThenAndLaterOnesSinceTheListingBefore() {
    lineage.listed(listing(PARENT), NOON);
    lineage.listed(listing(PARENT, CHILD), NOON.plusSeconds(60));

    assertThat(lineage.state().shards())
        .extracting(shard -> shard.split().position())
        .containsExactly(
            Position.start(Position.EVERYTHING, NOON), Position.born(Position.EVERYTHING, NOON));
  }

  @Test
  void aStartAtAMomentIsOwedSinceThen() {
    Instant yesterday = NOON.minus(Duration.ofHours(23));
    Lineage moment = new Lineage("stream", StartPosition.parse(yesterday.toString()));

    moment.listed(listing(PARENT), NOON);

    assertThat(moment.assignable())
        .extracting(split -> split.position().readToMillis())
        .containsExactly(yesterday.toEpochMilli());
  }

  @Test
  void aChildHasNoRecordFromBeforeItsParentsLast() {
    // Given: the child was found a day after the listing before
    lineage.listed(listing(PARENT), NOON);
    lineage.listed(listing(PARENT, CHILD), NOON.plus(Duration.ofHours(23)));

    // When
    Instant last = NOON.plus(Duration.ofHours(5));
    lineage.ended("a", last.toEpochMilli(), NOON.plus(Duration.ofHours(24)));

    // Then
    assertThat(lineage.assignable())
        .extracting(split -> split.position().readToMillis())
        .containsExactly(last.toEpochMilli());
  }

  @Test
  void aReturnedParentHoldsBackItsChildAgain() {
    // Given
    lineage.listed(listing(PARENT, CHILD, GRANDCHILD), NOON);
    ShardSplit parent = lineage.assignable().get(0);
    assignAll(lineage);
    lineage.ended("a", Long.MIN_VALUE, NOON);

    // When
    lineage.returned(parent, NOON);

    // Then
    assertThat(assignable(lineage)).containsExactly("a");
  }

  @Test
  void aShardReportedAsFinishedIsNotReadAgain() {
    lineage.listed(listing(PARENT, CHILD), NOON);
    ShardSplit parent = lineage.assignable().get(0);
    assignAll(lineage);

    lineage.returned(parent.asFinished(), NOON);

    assertThat(assignable(lineage)).containsExactly("b");
  }

  @Test
  void childrenAreLookedForWithHasteForFiveMinutes() {
    lineage.listed(listing(PARENT), NOON);
    assignAll(lineage);
    assertThat(lineage.isUnsettled(NOON)).isFalse();

    lineage.ended("a", Long.MIN_VALUE, NOON);
    assertThat(lineage.isUnsettled(NOON)).isTrue();
    assertThat(lineage.isUnsettled(NOON.plus(Duration.ofMinutes(6)))).isFalse();

    lineage.listed(listing(PARENT, CHILD), NOON);
    assertThat(lineage.isUnsettled(NOON)).isFalse();
  }

  private static StreamResponse.Shards listing(Shard... shards) {
    return new StreamResponse.Shards(List.of(shards), Set.of(), true);
  }

  private static List<String> assignable(Lineage lineage) {
    return lineage.assignable().stream().map(ShardSplit::splitId).toList();
  }

  private static void assignAll(Lineage lineage) {
    lineage.assignable().forEach(lineage::assigned);
  }
}
