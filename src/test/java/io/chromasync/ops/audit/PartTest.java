package io.chromasync.ops.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.chromasync.config.InvalidSettings;
import io.chromasync.ops.audit.Part.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartTest {

  private static final JsonNode SUBJECT = JsonNodeFactory.instance.objectNode().put("table", "t");

  @TempDir private Path folder;

  @Test
  void everyLineIsInOneBucketWithAllLinesOfItsPartition() throws IOException {
    List<Line> lines = new ArrayList<>();
    IntStream.range(0, 2_000)
        .forEach(i -> lines.add(new Line("partition " + i % 300, "text of " + i + " – \n\t\"{")));
    Path file = folder.resolve("a.part");

    Part.write(file, JsonNodeFactory.instance.numberNode(7), lines);

    Part part = Part.open(file);
    List<Line> read = new ArrayList<>();
    for (int bucket = 0; bucket < Part.BUCKETS; bucket++) {
      List<Line> own = part.bucket(bucket);
      Set<String> others = read.stream().map(Line::partition).collect(Collectors.toSet());
      assertThat(own).noneMatch(line -> others.contains(line.partition()));
      read.addAll(own);
    }
    assertThat(read).containsExactlyInAnyOrderElementsOf(lines);
    assertThat(part.count()).isEqualTo(2_000);
    assertThat(part.next().asInt()).isEqualTo(7);
    assertThat(part.partitions()).hasSize(300);
  }

  @Test
  void anEndedAuditResumesFromItsWholeParts() throws IOException {
    WorkFolder first = WorkFolder.open(folder, SUBJECT);
    first.write("table0", 0, JsonNodeFactory.instance.numberNode(1), List.of(new Line("a", "1")));
    first.write("table1", 0, null, List.of(new Line("b", "2")));
    Files.writeString(folder.resolve(".table0-000001.part"), "half of a part");

    WorkFolder again = WorkFolder.open(folder, SUBJECT);

    assertThat(again.isResumed()).isTrue();
    assertThat(again.parts("table0")).hasSize(1);
    assertThat(again.partitions("table")).containsExactly("a", "b");
  }

  @Test
  void partsOfAnotherAuditAreRefused() throws IOException {
    WorkFolder.open(folder, SUBJECT);

    assertThatThrownBy(
            () ->
                WorkFolder.open(
                    folder, JsonNodeFactory.instance.objectNode().put("table", "other")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("--work must name an empty folder")
        .hasMessageContaining("\"table\":\"t\"");
  }

  @Test
  void aFinishedAuditLeavesOtherFilesAlone() throws IOException {
    WorkFolder work = WorkFolder.open(folder, SUBJECT);
    work.write("table0", 0, null, List.of());
    Files.writeString(folder.resolve("notes.txt"), "mine");

    work.delete();

    assertThat(folder).isDirectoryContaining("glob:**notes.txt");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }
}
