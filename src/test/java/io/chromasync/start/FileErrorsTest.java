package io.chromasync.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.junit.jupiter.api.Test;

class FileErrorsTest {

  private static final String REMOTE = "s3://bucket/folder";

  @Test
  void c11AFileSystemThatIsAwayMayComeBack() {
    assertThat(FileErrors.isTransient(REMOTE, new IOException("Read timed out"))).isTrue();
  }

  @Test
  void c11WhatTimeDoesNotHelpIsFinal() {
    for (String local : List.of("file:///tmp/x", "FILE:/tmp/x", "/tmp/x", "/tmp/a b")) {
      assertThat(FileErrors.isTransient(local, new IOException("disk"))).isFalse();
    }
    for (IOException error :
        List.of(
            new FileNotFoundException(),
            new AccessDeniedException(REMOTE),
            new IOException("no folder", new FileAlreadyExistsException(REMOTE)),
            new UnsupportedFileSystemSchemeException("s3"))) {
      assertThat(FileErrors.isTransient(REMOTE, error)).as("%s", error).isFalse();
    }
  }
}
