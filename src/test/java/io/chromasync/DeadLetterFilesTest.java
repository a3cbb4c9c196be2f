package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DeadLetterFilesTest {

  @Test
  void aChangeThatLacksAlmostAllIsALineLikeAnyOther() throws IOException {
    ItemChange change =
        new ItemChange(null, null, null, "no JSON", null, new Version(7, "42"), "here");

    assertThat(line(new DeadLetter(change, null, Reason.UNPARSABLE, "why")))
        .isEqualTo(
            """
            {"reason":"unparsable","entity":null,"detail":"why","origin":"here",\
            "record":{"eventName":null,"dynamodb":{"Keys":{},"NewImage":"no JSON",\
            "SequenceNumber":"42","ApproximateCreationDateTimeMicros":7}}}
            """);
  }

  private static String line(DeadLetter letter) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new DeadLetterFiles.Line().encode(letter, out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
