package io.chromasync.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.runtime.VectorRoom.Writer;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;

class VectorRoomTest {

  private final JobID job = new JobID();
  private final VectorRoom room = VectorRoom.of(job);

  @Test
  void itIsFreeWhileNoWriterIsFull() {
    Writer one = room.enter();
    Writer other = room.enter();
    assertThat(room.isFree()).isTrue();

    one.full(true);
    one.full(true);
    other.full(true);
    other.full(false);
    assertThat(room.isFree()).isFalse();

    one.full(false);
    assertThat(room.isFree()).isTrue();
  }

  @Test
  void aWriterThatLeavesTakesNoRoom() {
    Writer writer = room.enter();
    writer.full(true);

    writer.close();
    writer.close();

    assertThat(room.isFree()).isTrue();
  }

  @Test
  void aJobHasOneAndNoOther() {
    room.enter().full(true);

    assertThat(VectorRoom.of(job)).isSameAs(room);
    assertThat(VectorRoom.of(new JobID()).isFree()).isTrue();
  }
}
