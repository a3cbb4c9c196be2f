package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.FreshRecords.Fresh;
import io.chromasync.chroma.RetriedExchange.NoResponse;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreshRecordsTest {

  @Test
  void aCollectionIsAsFreshAsItsSlowestTask() {
    assertThat(FreshRecords.upTo(List.of(of(0, 2, 500), of(1, 2, 300))))
        .isEqualTo(OptionalLong.of(300));
  }

  @Test
  void aTaskWithoutARecordIsNotFresh() {
    assertThat(FreshRecords.upTo(List.of())).isEmpty();
    assertThat(FreshRecords.upTo(List.of(of(1, 2, 300)))).isEmpty();
  }

  @Test
  void aTaskThatPromisesNothingIsNotFresh() {
    assertThat(FreshRecords.upTo(List.of(of(0, 2, 500), of(1, 2, FreshRecords.UNKNOWN)))).isEmpty();
  }

  @Test
  void recordsOfAnotherParallelismMeanNothing() {
    assertThat(FreshRecords.upTo(List.of(of(0, 1, 500), of(1, 2, 300)))).isEmpty();
    assertThat(FreshRecords.upTo(List.of(of(0, 2, 500), of(1, 2, 300), of(2, 3, 100)))).isEmpty();
    assertThat(FreshRecords.upTo(List.of(of(0, 2, 500), of(1, 2, 300), of(2, 2, 100)))).isEmpty();
  }

  @Test
  void aRecordIsReadAsItIsWritten() throws NoResponse {
    assertThat(
            FreshRecords.parse(
                Answers.json(
                    200,
                    "{\"ids\":[\"x\"],\"metadatas\":[{\"collection\":\"words\",\"task\":1,"
                        + "\"tasks\":2,\"fresh_up_to\":300,\"published_at\":7,"
                        + "\"job\":\"j\",\"rewrites\":\"rewrite-1-2 rewrite-3-4\"}]}")))
        .containsExactly(new Fresh("words", 1, 2, 300, 7, Set.of("rewrite-1-2", "rewrite-3-4")));
  }

  private static Fresh of(int task, int tasks, long upTo) {
    return new Fresh("words", task, tasks, upTo, 1, Set.of());
  }
}
