package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.chroma.FoundMarks.Next;
import io.chromasync.chroma.RetriedExchange.NoResponse;
import io.chromasync.model.Rollback;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class FoundMarksLaws {

  private static final long NOW = 10_000_000;
  private static final long HOUR = Duration.ofHours(1).toMillis();

  @Property
  void c02AChromaThatHoldsAtLeastWhatItAcknowledgedDidNotGoBack(
      @ForAll @Size(max = 5) List<@LongRange(min = 1, max = 1_000) Long> acknowledged,
      @ForAll @LongRange(max = 1_000) long ahead) {
    Map<Integer, Long> found = new HashMap<>();
    for (int task = 0; task < acknowledged.size(); task++) {
      found.put(task, acknowledged.get(task) + ahead);
    }

    assertThat(found(found).rollback(marks(acknowledged), NOW)).isNull();
  }

  @Property
  void c02AMarkThatIsOlderOrMissingIsARollback(
      @ForAll @Size(min = 1, max = 5) List<@LongRange(min = 2, max = 1_000) Long> acknowledged,
      @ForAll @IntRange(max = 4) int lost,
      @ForAll boolean isThere) {
    Map<Integer, Long> found = new HashMap<>();
    for (int task = 0; task < acknowledged.size(); task++) {
      found.put(task, acknowledged.get(task));
    }
    int task = lost % acknowledged.size();
    found.remove(task);
    if (isThere) {
      found.put(task, acknowledged.get(task) - 1);
    }

    Rollback rollback = found(found).rollback(marks(acknowledged), NOW);

    assertThat(rollback).isNotNull();
    assertThat(rollback.to()).isEqualTo(acknowledged.get(task));
    assertThat(rollback.from()).isLessThan(rollback.to());
    assertThat(rollback.noticed()).isEqualTo(NOW);
  }

  /** However the clock goes, and wherever the task was before. */
  @Property
  void c02TheNextMarkIsGreaterThanAnyThatWasSeen(
      @ForAll @LongRange(min = 1, max = 1_000) long now,
      @ForAll @LongRange(min = 1, max = 1_000) long found,
      @ForAll @LongRange(min = 1, max = 1_000) long acknowledged) {
    Mark next = found(Map.of(0, found)).next(acknowledged, mark(0, now), Set.of(0)).mark();

    assertThat(next.at()).isGreaterThan(found).isGreaterThan(acknowledged);
    assertThat(next.at()).isGreaterThanOrEqualTo(now);
    assertThat(found(Map.of()).next(0, mark(0, now), Set.of(0)).mark().at()).isEqualTo(now);
  }

  /** A task that came with a rescale has no mark in an older backup, but others have. */
  @Example
  void c02ATaskWithoutAMarkGoesByTheNewestOfTheOthersThatIsOlder() {
    Rollback rollback =
        found(Map.of(0, 100L, 1, 110L, 2, 950L)).rollback(List.of(mark(3, 900)), NOW);

    assertThat(rollback.from()).isEqualTo(110);
    assertThat(rollback.isDated()).isTrue();
  }

  /** Whatever tasks do before it, however often they are started again. */
  @Property
  void c02ATaskWithoutAMarkIsDatedHoweverOftenOthersWriteTheirs(
      @ForAll @IntRange(min = 1, max = 5) int writes) {
    FoundMarks found = found(Map.of(0, 100L));
    for (int i = 0; i < writes; i++) {
      Next next = found.next(0, mark(0, NOW + i), Set.of(0, 1));
      found = new FoundMarks(Map.of(0, next.mark()), Map.of(0, next.kept()));
    }

    assertThat(found.rollback(List.of(mark(1, 900)), NOW).from()).isEqualTo(100);
  }

  @Example
  void c02AMarkIsKeptOnlyWhileATaskHasNone() {
    FoundMarks both = new FoundMarks(Map.of(0, mark(0, 7), 1, mark(1, 8)), Map.of(0, mark(0, 5)));

    assertThat(both.next(0, mark(0, 9), Set.of(0, 1)).kept()).isNull();
    assertThat(both.next(0, mark(0, 9), Set.of(0, 1, 2)).kept()).isEqualTo(mark(0, 5));
    assertThat(found(Map.of()).next(0, mark(0, 9), Set.of(0, 1)).kept()).isNull();
  }

  @Example
  void c02WithoutAnyMarkNobodyKnowsHowOldItIs() {
    assertThat(found(Map.of()).rollback(List.of(mark(3, 900)), NOW).isDated()).isFalse();
  }

  @Example
  void c02WhatMayBeLostGoesByTheEventTimeOfTheMark() {
    Mark onTime = new Mark("w/l", 0, 50 * HOUR, 50 * HOUR - 7);
    Mark late = new Mark("w/l", 0, 50 * HOUR, 40 * HOUR);
    Mark unknown = new Mark("w/l", 0, 50 * HOUR, Long.MIN_VALUE);
    List<Mark> acknowledged = List.of(mark(0, 60 * HOUR));

    assertThat(new FoundMarks(Map.of(0, onTime), Map.of()).rollback(acknowledged, NOW).since())
        .isEqualTo(49 * HOUR - 7);
    assertThat(new FoundMarks(Map.of(0, late), Map.of()).rollback(acknowledged, NOW).since())
        .isEqualTo(30 * HOUR);
    assertThat(new FoundMarks(Map.of(0, unknown), Map.of()).rollback(acknowledged, NOW).since())
        .isEqualTo(26 * HOUR);
  }

  @Example
  void c02WhatIsNoResponseOfChromaIsNoEmptyCollection() {
    for (String body :
        List.of(
            "",
            "<!doctype html>",
            "{}",
            "null",
            "{\"error\":\"x\"}",
            "{\"ids\":[\"a\"],\"metadatas\":[]}",
            "{\"ids\":[\"a\"],\"metadatas\":[{}]}",
            "{\"ids\":[\"a\"],\"metadatas\":[{\"words\":\"w\",\"lines\":\"l\",\"task\":0}]}",
            "{\"ids\":[],\"metadatas\":null}")) {
      assertThatThrownBy(() -> FoundMarks.of(Answers.json(200, body)))
          .as(body)
          .isInstanceOf(NoResponse.class);
    }
  }

  @Example
  void c02AGetSaysTheMarks() throws NoResponse {
    String body =
        """
        {"ids":["a","b","c"],"metadatas":[
         {"collections":"w/l","task":0,"at":1764000000123,"event_time":7},
         {"collections":"w/l","task":1,"at":9,"kept_at":5,"kept_event_time":null},
         {"collections":"w/l","task":2,"at":9,"kept_at":5,"kept_event_time":3}],"documents":null,"include":["metadatas"]}
        """;

    Mark second = mark(1, 9);
    Mark third = mark(2, 9);
    assertThat(FoundMarks.of(Answers.json(200, body)))
        .isEqualTo(
            new FoundMarks(
                Map.of(0, new Mark("w/l", 0, 1_764_000_000_123L, 7), 1, second, 2, third),
                Map.of(1, mark(1, 5), 2, new Mark("w/l", 2, 5, 3))));
  }

  private static FoundMarks found(Map<Integer, Long> byTask) {
    Map<Integer, Mark> marks = new HashMap<>();
    byTask.forEach((task, at) -> marks.put(task, mark(task, at)));
    return new FoundMarks(marks, Map.of());
  }

  private static List<Mark> marks(List<Long> at) {
    return java.util.stream.IntStream.range(0, at.size())
        .mapToObj(task -> mark(task, at.get(task)))
        .toList();
  }

  private static Mark mark(int task, long at) {
    return new Mark("w/l", task, at, Long.MIN_VALUE);
  }
}
