package io.chromasync.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.Version;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LaneOfTest {

  private static final Version ONE = new Version(1, "1");

  @Test
  void everyMutationOfAnImageInACollectionTravelsOneLane() {
    LaneOf lanes = new LaneOf(128);
    List<Mutation> mutations =
        List.of(
            Mutation.delete(RecordKey.word("img", 1, 2, 3), ONE),
            Mutation.delete(RecordKey.word("img", 9, 8, 7), ONE),
            Mutation.sweep(RecordKey.below(Collection.WORDS, "img", EntityKey.image()), ONE),
            Mutation.report(
                new RunReport("img", 9, "run", Collection.WORDS, 1, null, null, null), ONE));

    assertThat(mutations)
        .extracting(lanes::getKey)
        .hasSize(4)
        .containsOnly("words/%s".formatted(Math.floorMod("img".hashCode(), 128)));
    assertThat(lanes.getKey(Mutation.delete(RecordKey.row("img", 1, 2), ONE)))
        .isEqualTo("lines/%s".formatted(Math.floorMod("img".hashCode(), 128)));
  }

  @Test
  void imagesSpreadOverAllLanesWhateverTheSignOfTheirHash() {
    LaneOf lanes = new LaneOf(8);

    assertThat(IntStream.range(0, 500).mapToObj(i -> "image-" + i * 7919))
        .extracting(image -> lanes.getKey(Mutation.delete(RecordKey.row(image, 1, 1), ONE)))
        .containsOnly(IntStream.range(0, 8).mapToObj(i -> "lines/" + i).toArray(String[]::new));
  }
}
