package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObjectStreamTest {

  private static final ObjectPatience PATIENCE =
      new ObjectPatience(Duration.ofMillis(7), Duration.ofMillis(1), Duration.ofMillis(4));

  private final byte[] object = new byte[100];
  private final List<Long> openedAt = new ArrayList<>();

  ObjectStreamTest() {
    for (int i = 0; i < object.length; i++) {
      object[i] = (byte) i;
    }
  }

  @AfterEach
  void forgetInterrupts() {
    var unused = Thread.interrupted();
  }

  @Test
  void itGoesOnAtTheByteItHasComeToHoweverOftenTheConnectionBreaks() throws IOException {
    InputStream stream = stream(offset -> breakingAfter(9, offset));

    assertThat(stream.readAllBytes()).isEqualTo(object);
    assertThat(openedAt).hasSize(12).startsWith(0L, 9L, 18L).endsWith(99L);
  }

  @Test
  void pausesDoubleUntilTheBudgetIsSpentWithoutAByte() {
    InputStream stream = stream(offset -> breakingAfter(0, offset));

    assertThatThrownBy(stream::read)
        .isInstanceOf(ExportUnavailable.class)
        .hasMessage("s3://b/k cannot be read, tried for PT0.007S: broken");
    assertThat(openedAt).containsExactly(0L, 0L, 0L, 0L);
  }

  @Test
  void whatDoesNotMendIsNotTriedAgain() {
    assertThatThrownBy(stream(offset -> fail(new BadExport("no")))::read)
        .isInstanceOf(BadExport.class);
    assertThatThrownBy(stream(offset -> fail(new FileNotFoundException("no")))::read)
        .isInstanceOf(FileNotFoundException.class);
    assertThat(openedAt).hasSize(2);
  }

  @Test
  void anInterruptEndsIt() {
    InputStream stream =
        stream(
            offset -> {
              Thread.currentThread().interrupt();
              throw new IOException("broken");
            });

    assertThatThrownBy(stream::read).isInstanceOf(InterruptedIOException.class);
    assertThat(openedAt).hasSize(1);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  private InputStream stream(ObjectStream.Opening opening) {
    return new ObjectStream(
        "s3://b/k",
        offset -> {
          openedAt.add(offset);
          return opening.from(offset);
        },
        PATIENCE);
  }

  private static InputStream fail(IOException failure) throws IOException {
    throw failure;
  }

  private InputStream breakingAfter(int bytes, long offset) {
    int from = (int) offset;
    boolean isLast = from + bytes >= object.length;
    int count = Math.min(bytes, object.length - from);
    return new ByteArrayInputStream(object, from, count) {
      @Override
      public int read(byte[] into, int start, int length) {
        int got = super.read(into, start, length);
        if (got < 0 && !isLast) {
          throw new IllegalStateException("broken");
        }
        return got;
      }
    };
  }
}
