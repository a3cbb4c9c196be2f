package io.chromasync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {

  @TempDir private Path folder;

  @Test
  void c10AByteOrderMarkIsNoPartOfTheText() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "\uFEFF[]");

    assertThat(TextFile.read(file)).isEqualTo("[]");
  }

  @Test
  void c10WhatCannotBeReadSaysWhyWithoutTheNameOfAnException() throws IOException {
    Path other = Files.write(folder.resolve("b"), "[]".getBytes(StandardCharsets.UTF_16));

    assertThatReading(folder.resolve("none").toString()).isEqualTo("does not exist");
    assertThatReading(folder.toString()).isEqualTo("is a folder, and must be a file");
    assertThatReading(other.toString()).isEqualTo("is no text in UTF-8; save it in that encoding");
    assertThatReading("a\u0000b").isEqualTo("is no name of a file");
  }

  private static org.assertj.core.api.AbstractStringAssert<?> assertThatReading(String file) {
    return assertThatThrownBy(() -> TextFile.read(file)).isInstanceOf(IOException.class).message();
  }
}
