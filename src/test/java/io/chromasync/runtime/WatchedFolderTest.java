package io.chromasync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class WatchedFolderTest {

  private static final Duration INTERVAL = Duration.ofMillis(500);

  @RegisterExtension static final MiniClusterExtension FLINK = new MiniClusterExtension();

  @TempDir private Path folder;

  @Test
  void c14AFileThatIsStillBeingCopiedIsLeftForLater() throws IOException {
    SettledFiles files = new SettledFiles();
    Path slow = folder.resolve("slow");
    Files.writeString(slow, "one");
    assertThat(listed(files)).isEmpty();
    Files.writeString(slow, "one\ntwo");
    assertThat(listed(files)).isEmpty();
    Files.writeString(folder.resolve(".hidden"), "half");
    Files.setLastModifiedTime(slow, FileTime.fromMillis(0));
    assertThat(listed(files)).isEmpty();

    assertThat(listed(files)).containsExactly("slow 7");
    assertThat(listed(files)).containsExactly("slow 7");
  }

  @Test
  void aFileThatWasPutIsReadAtOnce() throws IOException {
    SettledFiles files = new SettledFiles();
    WatchedFolder.put(
        new org.apache.flink.core.fs.Path(folder.toUri().toString()),
        "request.txt",
        file -> file.write('x'));

    assertThat(listed(files)).containsExactly("request.txt.whole 1");
  }

  @Test
  @SuppressWarnings("try") // The iterator's close() may throw InterruptedException.
  void c14EveryLineOfAFileThatIsCopiedSlowlyIsReadOnce() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    var lines =
        WatchedFolder.lines(
            env, "watched", folder.toUri().toString(), INTERVAL, WatermarkStrategy.noWatermarks());
    List<String> copied = IntStream.range(0, 40).mapToObj(i -> "line " + i).toList();
    Thread copy = new Thread(() -> copySlowly(copied));
    copy.start();

    try (var read = lines.executeAndCollect()) {
      List<String> found = new ArrayList<>();
      while (found.size() < copied.size()) {
        found.add(read.next());
      }
      assertThat(found).isEqualTo(copied);
    } finally {
      copy.join();
    }
  }

  private void copySlowly(List<String> lines) {
    try (Writer file = Files.newBufferedWriter(folder.resolve("copied"))) {
      for (String line : lines) {
        file.write(line + "\n");
        file.flush();
        TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis() / 8);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> listed(SettledFiles files) throws IOException {
    var folders =
        new org.apache.flink.core.fs.Path[] {
          new org.apache.flink.core.fs.Path(folder.toUri().toString())
        };
    return files.enumerateSplits(folders, 1).stream()
        .map(file -> file.path().getName() + " " + file.fileSize())
        .toList();
  }

  @Test
  void aFolderIsMadeWithAllAboveIt() throws IOException {
    WatchedFolder.make(folder.resolve("a/b").toUri().toString());
    WatchedFolder.make(folder.resolve("a/b").toUri().toString());

    assertThat(folder.resolve("a/b")).isDirectory();
  }

  @Test
  void oneThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    for (String uri : new String[] {file.toUri().toString(), "file:///proc/none/here"}) {
      assertThatThrownBy(() -> WatchedFolder.make(uri))
          .as(uri)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No folder can be made at");
    }
  }
}
