package io.chromasync.ops.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SearchSampleTest {

  @Test
  void aSampleWithoutAHitProvesLessThanThreeInItsSize() {
    assertThat(SearchSample.statement(0, 300))
        .isEqualTo("0 of 300: with 95 % confidence fewer than 0.99 %");
    assertThat(SearchSample.bound(0, 300)).isLessThan(3.0 / 300);
  }

  /** Upper limits of Clopper and Pearson, one-sided, from published tables. */
  @ParameterizedTest
  @CsvSource({"0,10,0.2589", "1,10,0.3942", "5,10,0.7776", "2,100,0.0616", "10,10,1"})
  void theBoundIsThatOfTheTables(long hits, long sampled, double bound) {
    assertThat(SearchSample.bound(hits, sampled)).isCloseTo(bound, within(0.0001));
  }

  @Test
  void anEmptyCollectionProvesNothing() {
    assertThat(SearchSample.statement(0, 0)).isEqualTo("no record was there to search");
  }
}
