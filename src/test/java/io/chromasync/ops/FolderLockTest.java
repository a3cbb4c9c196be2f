package io.chromasync.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes at once are shown by {@code JobRunnerIT}. */
class FolderLockTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir private Path folder;

  @Test
  void c05AFolderHasOneOwnerUntilItIsReleased() throws Exception {
    FolderLock first = FolderLock.take(folder, NOON);
    assertThatThrownBy(() -> FolderLock.take(folder.resolve("."), NOON))
        .isInstanceOf(FolderLock.InUse.class)
        .hasMessageContaining("process " + ProcessHandle.current().pid());
    first.close();

    FolderLock.take(folder, NOON).close();
    assertThat(folder.resolve(".owner")).isEmptyFile();
  }

  @Test
  void c05AFolderThatIsLeftToAProcessIsItsAsLongAsItRuns() throws Exception {
    Process process = new ProcessBuilder("sleep", "600").start();
    try {
      FolderLock ours = FolderLock.take(folder, NOON);
      ours.leaveTo(process.toHandle(), NOON);
      ours.close();

      assertThatThrownBy(() -> FolderLock.take(folder, NOON))
          .hasMessage("process %s has had it since 2026-11-24T12:00:00Z", process.pid());
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    FolderLock.take(folder, NOON).close();
  }

  @Test
  void c05AProcessThatIsGoneOrHasAnotherStartIsNoOwner() throws Exception {
    long pid = ProcessHandle.current().pid();
    for (String stale : new String[] {pid + " 1 2026-11-24T11:00:00Z\n", "4711", "", "\0\0"}) {
      Files.writeString(folder.resolve(".owner"), stale);

      FolderLock.take(folder, NOON).close();
    }
  }
}
