package io.chromasync.chroma;

import io.chromasync.config.FolderUri;
import io.chromasync.fetching.WatchedFolder;
import io.chromasync.model.Rollback;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the job itself to write everything again, by a file in the folder of requests that it
 * watches ({@code snapshot.requests-uri}). The file is named by its content, so a rollback that is
 * noticed again, as after a restart, asks once.
 *
 * @param folder its URI
 */
record RepairRequests(String folder) implements Serializable {

  private static final Logger LOG = LoggerFactory.getLogger(RepairRequests.class);

  /**
   * Puts the request; returns when it is there.
   *
   * @throws UncheckedIOException if the folder cannot be written to
   */
  void send(Rollback rollback) {
    try {
      WatchedFolder.put(
          FolderUri.path(folder),
          rollback.name() + ".txt",
          file -> file.write((rollback.line() + "\n").getBytes(StandardCharsets.UTF_8)));
    } catch (FileAlreadyExistsException asked) {
      LOG.info("The repair of Chroma is asked for already. file={}", asked.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The repair of Chroma cannot be asked for in %s ('snapshot.requests-uri')"
              .formatted(folder),
          e);
    }
  }
}
