package io.chromasync.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.deltas.DeltaTar;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.Embedding;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel.Stored;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaProducerIT {

  private static final RecordKey FIRST = ReceiptTree.word("img", 1, 2, 1);
  private static final RecordKey SECOND = ReceiptTree.word("img", 1, 2, 2);

  @Test
  void whatItWroteIsWhatAnotherServerReads(@TempDir Path folder) {
    try (DeltaProducer delta = DeltaProducer.start(folder, ReceiptTree.WORDS)) {
      delta
          .upsert(List.of(word(FIRST, "one", 1f, 2f), word(SECOND, "two", 3f, 4f)))
          .delete(List.of(SECOND));
    }
    try (ChromaServer server = ChromaServer.start(folder)) {
      assertThat(new ChromaReader(server.url()).records("words"))
          .isEqualTo(Map.of(FIRST.id(), new Stored(List.of(1f, 2f), "one", Map.of("x", 0.5))));
    }
  }

  @Test
  void itsArchiveHoldsTheFolderUnderADot(@TempDir Path folder, @TempDir Path elsewhere)
      throws IOException {
    try (DeltaProducer delta = DeltaProducer.start(folder, ReceiptTree.WORDS)) {
      delta.upsert(List.of(word(FIRST, "one", 1f, 2f)));
    }

    Path archive = DeltaTar.pack(folder, elsewhere.resolve("delta.tar.gz"));

    List<String> names = names(archive);
    assertThat(names).contains("./chroma.sqlite3").allMatch(name -> name.startsWith("./"));
    assertThat(names).anyMatch(name -> name.endsWith("/data_level0.bin"));
  }

  private static Embedding word(RecordKey record, String document, float... vector) {
    return new Embedding(record, vector, document, Map.of("x", MetadataValue.of(0.5)));
  }

  private static List<String> names(Path archive) throws IOException {
    List<String> names = new ArrayList<>();
    try (InputStream file = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }
}
