package io.chromasync.local;

import io.chromasync.local.samples.ChromaRecord;
import io.chromasync.local.servers.ChromaServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes a delta: a Chroma folder with what one run embedded of one collection. */
@FunctionalInterface
interface DeltaWriter {

  /**
   * Writes a delta.
   *
   * @param folder is there, and empty
   */
  void write(Path folder, String collection, List<ChromaRecord> records) throws IOException;

  /** Has a Chroma server of its own write each, as the upload pipeline does. */
  static DeltaWriter byServer() {
    return (folder, collection, records) -> {
      try (ChromaServer chroma = ChromaServer.start(folder)) {
        new ChromaCollections(chroma.url().toString()).upsert(collection, records);
      }
    };
  }
}
