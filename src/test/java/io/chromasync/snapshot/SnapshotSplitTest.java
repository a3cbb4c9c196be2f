package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.testing.DefaultLocale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class SnapshotSplitTest {

  @ParameterizedTest
  @FieldSource("io.chromasync.testing.DefaultLocale#TAGS")
  void c03TheIdOfASplitIsTheSameInEveryLocale(String tag) {
    DefaultLocale locale = new DefaultLocale(tag);
    try {
      assertThat(new SnapshotSplit.Segment("scan/1", 3, 12, null).splitId())
          .isEqualTo("scan/1/segment-3-of-12");
    } finally {
      locale.close();
    }
  }
}
