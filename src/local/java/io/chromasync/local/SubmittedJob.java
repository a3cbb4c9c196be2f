package io.chromasync.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What was submitted to a cluster last, kept in its folder, so that it can be run again at another
 * parallelism.
 *
 * @param jar of the job
 * @param config application properties; a cluster's processes read it where it is
 */
record SubmittedJob(String jar, String config) {

  static SubmittedJob read(Path folder) throws IOException {
    Path file = file(folder);
    if (!Files.exists(file)) {
      throw new IllegalStateException(
          "No job was submitted to the cluster in %s yet; 'bin/cluster submit' does it"
              .formatted(folder));
    }
    return JsonHttp.JSON.readValue(file.toFile(), SubmittedJob.class);
  }

  void write(Path folder) throws IOException {
    JsonHttp.JSON.writerWithDefaultPrettyPrinter().writeValue(file(folder).toFile(), this);
  }

  private static Path file(Path folder) {
    return folder.resolve("job.json");
  }
}
