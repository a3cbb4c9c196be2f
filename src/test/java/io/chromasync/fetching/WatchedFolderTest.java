package io.chromasync.fetching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFolderTest {

  @TempDir private Path folder;

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
