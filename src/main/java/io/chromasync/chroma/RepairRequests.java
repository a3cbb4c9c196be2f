package io.chromasync.chroma;

import io.chromasync.config.FolderUri;
import io.chromasync.model.Rollback;
import io.chromasync.runtime.WatchedFolder;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests a rewrite of everything from the job itself, by a file in the folder of requests that
 * the job watches ({@code snapshot.requests-uri}). The file name is derived from the content, so a
 * rollback that is detected repeatedly, as after a restart, leads to one request.
 *
 * @param folder URI of the folder
 */
record RepairRequests(String folder) implements Serializable {

  private static final Logger LOG = LoggerFactory.getLogger(RepairRequests.class);

  /**
   * Writes the request file; returns once the file is in the folder.
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
      LOG.info("The repair of Chroma is already requested. file={}", asked.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The repair of Chroma cannot be requested in %s ('snapshot.requests-uri')"
              .formatted(folder),
          e);
    }
  }
}
