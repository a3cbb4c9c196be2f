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
 * <p>The sink waits for the end of the rewrite, which a request that was read earlier may have
 * caused. If the request exists, another file therefore asks for a rewrite unless one has begun
 * since the rollback: it says that the rollback was detected when the newest lost write was made.
 *
 * @param folder URI of the folder
 * @param task index of the sink task, which makes the name of its other request unique
 */
record RepairRequests(String folder, int task) implements Serializable {

  private static final Logger LOG = LoggerFactory.getLogger(RepairRequests.class);

  /**
   * Writes the request file; returns once the file is in the folder.
   *
   * @throws UncheckedIOException if the folder cannot be written to
   */
  void send(Rollback rollback) {
    try {
      put(rollback.name(), rollback);
    } catch (FileAlreadyExistsException asked) {
      LOG.info("The repair of Chroma is already requested. file={}", asked.getMessage());
      askAgain(rollback);
    }
  }

  private void askAgain(Rollback rollback) {
    try {
      put(
          "%s-task-%s-%s".formatted(rollback.name(), task, rollback.noticed()),
          new Rollback(rollback.from(), rollback.to(), rollback.to(), rollback.since()));
    } catch (FileAlreadyExistsException asked) {
      LOG.info("The task has asked already. file={}", asked.getMessage());
    }
  }

  private void put(String name, Rollback rollback) throws FileAlreadyExistsException {
    try {
      WatchedFolder.put(
          FolderUri.path(folder),
          name + ".txt",
          file -> file.write((rollback.line() + "\n").getBytes(StandardCharsets.UTF_8)));
    } catch (FileAlreadyExistsException asked) {
      throw asked;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The repair of Chroma cannot be requested in %s ('snapshot.requests-uri')"
              .formatted(folder),
          e);
    }
  }
}
