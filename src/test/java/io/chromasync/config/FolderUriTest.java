package io.chromasync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderUriTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/tmp/dead letters | /tmp/dead letters",
        "/tmp/dead%20letters | /tmp/dead%20letters",
        "/tmp/#1?x=y:ü+z | /tmp/#1?x=y:ü+z",
        "/tmp/letters/ | /tmp/letters",
        "file:///tmp/dead%20letters | /tmp/dead letters",
        "file:/tmp/dead letters | /tmp/dead letters",
        "file:///tmp/%C3%BC+%2523 | /tmp/ü+%23",
        "file:///tmp/100% | /tmp/100%",
        "s3://bucket/a b%20c#d | /a b%20c#d",
      })
  void c04AFolderIsTheOneThatIsNamed(String named, String path) {
    assertThat(FolderUri.isUsable(named) || named.startsWith("s3:")).isTrue();
    assertThat(FolderUri.path(named).getPath()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"my state", "#1", "50%20off", "100%", "ü", "a?b", "a:b", "~", "a+b"})
  void c04AFolderOfThisMachineIsTheSameForFlinkAndForPeople(String name) throws Exception {
    Path state = Files.createDirectory(folder.resolve(name));

    String forFlink = FolderUri.ofLocal(state);

    org.apache.flink.core.fs.Path path = new org.apache.flink.core.fs.Path(forFlink);
    path.getFileSystem().mkdirs(new org.apache.flink.core.fs.Path(path, "made"));
    assertThat(state.resolve("made")).isDirectory();
    assertThat(FolderUri.shown(forFlink)).isEqualTo(state.toString());
  }

  @Test
  void c04AFolderThatAUriOfJavaNamesIsThatFolder() {
    Path letters = folder.resolve("dead letters #1 50%20off");

    assertThat(FolderUri.path(letters.toUri().toString()).getPath()).isEqualTo(letters.toString());
    assertThat(FolderUri.overlap(letters.toUri().toString(), letters + "/a")).isTrue();
  }

  @Test
  void c04ANameThatFlinkWouldChangeIsRefused() {
    assertThat(FolderUri.isUsable("/tmp/a\\b")).isFalse();
    assertThat(FolderUri.isUsable("file:///tmp/a%5Cb")).isFalse();
    assertThatThrownBy(() -> FolderUri.ofLocal(Path.of("/tmp/a\\b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("backslash");
  }
}
