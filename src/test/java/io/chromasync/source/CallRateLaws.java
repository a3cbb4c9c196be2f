package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** A backlog is read from shards that take so many calls a second, each counting in its own way. */
class CallRateLaws {

  private static final long SECOND = 1_000_000_000;
  private static final long MINUTE = 60 * SECOND;

  @Property(tries = 60)
  void ninetySixOfAHundredCallsThatAShardTakesAreMadeAndFewMore(
      @ForAll @IntRange(min = 2, max = 100) int limit,
      @ForAll Counting counting,
      @ForAll @LongRange(max = 9_000_000) long latency,
      @ForAll long seed) {
    Reading reading = new Reading(counting.of(limit), latency, seed);
    reading.run(MINUTE);
    int taken = reading.taken.size();
    int refused = reading.refused;

    reading.run(4 * MINUTE);

    double rate = (reading.taken.size() - taken) / 240.0;
    assertThat(rate).isGreaterThanOrEqualTo(0.96 * limit);
    assertThat(reading.refused - refused).isLessThanOrEqualTo((int) (0.04 * 240 * limit) + 4);
  }

  @Property(tries = 60)
  void theLimitIsFoundAfterFewRefusals(
      @ForAll @IntRange(min = 2, max = 100) int limit, @ForAll Counting counting) {
    Reading reading = new Reading(counting.of(limit), 0, 1);

    reading.run(10 * SECOND);

    assertThat(reading.refused).isLessThanOrEqualTo(20 + limit * 10 / 20);
    assertThat(reading.taken.size()).isGreaterThanOrEqualTo((int) (0.75 * 10 * limit) - 1);
  }

  @Property(tries = 40)
  void aLimitThatWasLiftedIsForgotten(
      @ForAll @IntRange(min = 1, max = 100) int limit, @ForAll Counting counting) {
    Reading reading = new Reading(counting.of(limit), 0, 1);
    reading.run(MINUTE);

    reading.limit = counting.of(1000);
    reading.run(4 * MINUTE);

    assertThat(reading.rate.interval()).isLessThan(Duration.ofMillis(50));
  }

  @Property(tries = 40)
  void aLimitThatSinksIsFoundAgain(
      @ForAll @IntRange(min = 20, max = 100) int before,
      @ForAll @IntRange(min = 2, max = 20) int after,
      @ForAll Counting counting) {
    Reading reading = new Reading(counting.of(before), 0, 1);
    reading.run(MINUTE);
    int refused = reading.refused;

    reading.limit = counting.of(after);
    reading.run(10 * SECOND);

    assertThat(reading.refused - refused).isLessThanOrEqualTo(50);
  }

  @Property(tries = 500)
  void afterARefusalNoMoreIsAskedThanWasGivenUntilTheRateHasRecovered(
      @ForAll @IntRange(min = 1, max = 500) int given) {
    CallRate rate = new CallRate();
    for (int i = 0; i < given; i++) {
      rate.answered(i * SECOND / given, true);
    }
    rate.throttled(SECOND - 1);

    for (int i = 0; i < 50; i++) {
      assertThat(rate.interval().toNanos()).isGreaterThanOrEqualTo(SECOND / (given + 1));
      rate.answered(SECOND + i * SECOND / given, true);
    }
  }

  @Property(tries = 40)
  void atTheTipNothingIsLearnedOfWhatMoreMightBeGiven(
      @ForAll @IntRange(min = 1, max = 100) int given, @ForAll @IntRange(max = 1000) int polls) {
    CallRate rate = new CallRate();
    for (int i = 0; i < given; i++) {
      rate.answered(i, true);
    }
    rate.throttled(given);
    Duration before = rate.interval();

    for (int i = 0; i < polls; i++) {
      rate.answered(SECOND * i, false);
    }

    assertThat(rate.interval()).isEqualTo(before);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void aShardThatIsNeverRefusedIsNeverHeldBack(@ForAll List<@LongRange(max = SECOND) Long> pauses) {
    CallRate rate = new CallRate();
    long now = 0;
    for (long pause : pauses) {
      now += pause;
      rate.answered(now, true);
      assertThat(rate.interval()).isZero();
    }
  }

  @Property(tries = 40)
  void aRefusalOfAShardThatWasGivenNothingSaysNothing(
      @ForAll @DoubleRange(min = 1.01, max = 60) double seconds) {
    CallRate rate = new CallRate();
    rate.answered(0, true);

    rate.throttled((long) (seconds * SECOND));

    assertThat(rate.interval()).isZero();
  }

  @Property(tries = 50)
  void theSameHistoryGivesTheSameRate(
      @ForAll @IntRange(min = 2, max = 50) int limit,
      @ForAll Counting counting,
      @ForAll long seed) {
    Reading one = new Reading(counting.of(limit), 1_000_000, seed);
    Reading other = new Reading(counting.of(limit), 1_000_000, seed);
    one.run(MINUTE);
    other.run(MINUTE);

    assertThat(one.taken).isEqualTo(other.taken);
    assertThat(one.rate.interval()).isEqualTo(other.rate.interval());
  }

  /** How a server may count calls. */
  enum Counting {
    /** No more than the limit within any second. */
    SLIDING,
    /** No more than the limit within each second of its clock. */
    FIXED,
    /** As many tokens as the limit, each made anew in its part of a second. */
    BUCKET;

    Limit of(int perSecond) {
      return switch (this) {
        case SLIDING -> {
          Deque<Long> last = new ArrayDeque<>();
          yield nanos -> {
            last.removeIf(call -> call <= nanos - SECOND);
            return last.size() < perSecond && last.add(nanos);
          };
        }
        case FIXED -> {
          long[] window = {-1, 0};
          yield nanos -> {
            if (nanos / SECOND != window[0]) {
              window[0] = nanos / SECOND;
              window[1] = 0;
            }
            return ++window[1] <= perSecond;
          };
        }
        case BUCKET -> {
          double[] bucket = {perSecond, 0};
          yield nanos -> {
            double come = (nanos - bucket[1]) * perSecond / SECOND;
            bucket[0] = Math.min(perSecond, bucket[0] + come);
            bucket[1] = nanos;
            boolean takes = bucket[0] >= 1;
            bucket[0] -= takes ? 1 : 0;
            return takes;
          };
        }
      };
    }
  }

  /** Whether a call at this time is taken. */
  interface Limit {
    boolean takes(long nanos);
  }

  /** Calls one after the other, as a shard of which more waits is read. */
  private static final class Reading {

    private final CallRate rate = new CallRate();
    private final List<Long> taken = new ArrayList<>();
    private final long latency;
    private final Random random;
    private Limit limit;
    private long now;
    private int refused;
    private int inARow;

    Reading(Limit limit, long latency, long seed) {
      this.limit = limit;
      this.latency = 1_000_000 + latency;
      this.random = new Random(seed);
    }

    void run(long nanos) {
      long end = now + nanos;
      while (now < end) {
        long asked = now;
        boolean takes = limit.takes(asked + random.nextLong(latency));
        now = asked + latency;
        if (takes) {
          taken.add(asked);
          inARow = 0;
          rate.answered(asked, true);
          now = Math.max(now, asked + rate.interval().toNanos());
        } else {
          refused++;
          if (++inARow == 1) {
            rate.throttled(asked);
          }
          now += PollIntervals.STANDARD.afterThrottled(inARow, rate.interval(), random).toNanos();
        }
      }
    }
  }
}
