package io.chromasync.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.Collection;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.Version;
import io.chromasync.window.Buffer.Growth;
import org.junit.jupiter.api.Test;

class OpenWindowTest {

  private static final Version OLD = new Version(10, "1");
  private static final Version NEW = new Version(20, "2");

  @Test
  void theAgeOfAReportIsNotThatOfWhatIsWritten() {
    OpenWindow window =
        new OpenWindow(0, 0, Long.MAX_VALUE, 1_000)
            .with(
                Mutation.report(
                    new RunReport("a", 1, "run", Collection.WORDS, 1, null, null, null), OLD),
                Growth.NONE)
            .with(Mutation.delete(RecordKey.word("a", 1, 2, 1), NEW), Growth.NONE);

    assertThat(window.oldestMicros()).isEqualTo(NEW.micros());
  }
}
