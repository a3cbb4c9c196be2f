package io.chromasync.chroma.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.model.Mutation.Verb;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RequestSizeLaws {

  private static final long LONGEST = RequestSize.LONGEST.toMillis();

  private static long millis(int records, int recordsPerSecond) {
    return records * 1_000L / recordsPerSecond;
  }

  @Property
  void whateverHappensItIsFromOneToTheMost(
      @ForAll @IntRange(min = 1, max = 5_000) int most, @ForAll @Size(max = 60) List<Kind> kinds) {
    RequestSize size = RequestSize.of(most);
    for (Kind kind : kinds) {
      size = size.after(kind, size.limit(), 1);
      assertThat(size.limit()).isBetween(1, most);
    }
  }

  @Property
  void vectorsBeginSmallAndCheapWritesWithTheMost(
      @ForAll @IntRange(min = 1, max = 5_000) int most) {
    assertThat(RequestSize.first(Verb.UPSERT, most).limit())
        .isEqualTo(Math.min(most, RequestSize.FIRST_VECTORS));
    assertThat(RequestSize.first(Verb.UPDATE, most)).isEqualTo(RequestSize.of(most));
    assertThat(RequestSize.first(Verb.DELETE, most)).isEqualTo(RequestSize.of(most));
  }

  @Property
  void requestsThatFailTogetherHalveItOnce(
      @ForAll @IntRange(min = 2, max = 5_000) int most,
      @ForAll @IntRange(min = 1, max = 10) int together) {
    RequestSize size = RequestSize.of(most);
    for (int i = 0; i < together; i++) {
      size = size.after(Kind.THROTTLED, most, 1);
    }

    assertThat(size.limit()).isEqualTo(most / 2);
  }

  @Property
  void aSmallRequestThatFailsNeverMakesItLarger(
      @ForAll @IntRange(min = 1, max = 5_000) int most,
      @ForAll @IntRange(min = 1, max = 5_000) int records) {
    RequestSize half = RequestSize.of(most).after(Kind.UNANSWERED, most, 1);

    assertThat(half.after(Kind.UNANSWERED, records, 1).limit()).isLessThanOrEqualTo(half.limit());
  }

  @Property
  void fullRequestsBringItBackToTheMost(@ForAll @IntRange(min = 1, max = 5_000) int most) {
    RequestSize size = new RequestSize(1, most);
    int requests = 0;
    while (size.limit() < most) {
      int before = size.limit();
      size = size.after(Kind.WRITTEN, before, 1);
      requests++;
      assertThat(size.limit()).isGreaterThan(before);
    }

    assertThat(requests).isLessThanOrEqualTo(2 * RequestSize.STEPS);
  }

  @Property
  void requestsComeToTakeTheLongestTimeIfTheServerIsSlow(
      @ForAll @IntRange(min = 60, max = 900) int recordsPerSecond) {
    RequestSize size = RequestSize.of(1_000);
    for (int request = 0; request < 100; request++) {
      size = size.after(Kind.WRITTEN, size.limit(), millis(size.limit(), recordsPerSecond));
      if (request > RequestSize.STEPS) {
        assertThat(millis(size.limit(), recordsPerSecond))
            .isBetween(LONGEST * 4 / 5, LONGEST + millis(RequestSize.SMALL + 1, recordsPerSecond));
      }
    }
  }

  @Property
  void aSlowServerDoesNotMakeRequestsSmallThatAreSlowBecauseOfTheirNumber(
      @ForAll @IntRange(min = 1, max = 1_000) int most,
      @ForAll @Size(max = 30) List<@IntRange(min = 1, max = 1_000) Integer> requests) {
    RequestSize size = RequestSize.of(most);
    for (int records : requests) {
      size = size.after(Kind.WRITTEN, Math.min(records, size.limit()), 20_000);
    }

    assertThat(size.limit()).isGreaterThanOrEqualTo(Math.min(most, RequestSize.SMALL));
  }

  @Property
  void oneSlowRequestHalvesItAtMost(@ForAll @IntRange(min = 2, max = 5_000) int most) {
    assertThat(RequestSize.of(most).after(Kind.WRITTEN, most, 60_000).limit())
        .isEqualTo(Math.min(most, Math.max(RequestSize.SMALL, most / 2)));
  }

  @Property
  void aSmallRequestThatIsSlowSaysNothingOfTheSize(
      @ForAll @IntRange(min = 2, max = 5_000) int most,
      @ForAll @IntRange(min = 1, max = RequestSize.SMALL - 1) int records) {
    RequestSize size = RequestSize.of(most);

    assertThat(size.after(Kind.WRITTEN, Math.min(records, most), 10 * LONGEST)).isEqualTo(size);
  }

  @Property
  void aSlowServerDoesNotKeepRequestsTiny(@ForAll @IntRange(min = 100, max = 5_000) int most) {
    RequestSize size = RequestSize.of(most).after(Kind.UNANSWERED, 1, 30_000);
    assertThat(size.limit()).isEqualTo(1);

    for (int request = 0; request < RequestSize.STEPS; request++) {
      size = size.after(Kind.WRITTEN, size.limit(), 2 * LONGEST);
    }

    assertThat(size.limit()).isGreaterThanOrEqualTo(RequestSize.SMALL);
  }

  @Property
  void aSlowRequestWithRoomLeftHalvesItAtMost(
      @ForAll @IntRange(min = 2, max = 5_000) int most,
      @ForAll @IntRange(min = 1, max = 5_000) int records) {
    RequestSize size = RequestSize.of(most);

    assertThat(size.after(Kind.WRITTEN, Math.min(records, most), 10 * LONGEST).limit())
        .isGreaterThanOrEqualTo(most / 2);
  }

  @Property
  void aRequestWithRoomLeftProvesNothing(@ForAll @IntRange(min = 2, max = 5_000) int most) {
    RequestSize half = RequestSize.of(most).after(Kind.THROTTLED, most, 1);

    assertThat(half.after(Kind.WRITTEN, half.limit() - 1, 1)).isEqualTo(half);
  }

  @Property
  void whatSaysNothingOfTheSizeLeavesIt(@ForAll @IntRange(min = 1, max = 5_000) int most) {
    RequestSize size = RequestSize.of(most);

    for (Kind kind : List.of(Kind.BUSY, Kind.LOST, Kind.REJECTED, Kind.MISCONFIGURED)) {
      assertThat(size.after(kind, most, 5_000)).isEqualTo(size);
    }
  }
}
