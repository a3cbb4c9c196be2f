package io.chromasync.fetching;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collection;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.enumerate.FileEnumerator;
import org.apache.flink.core.fs.Path;

/**
 * Lists the files of folders, and makes a folder that is missing. It runs on the JobManager, so the
 * folder is made in the file system that is listed, whatever the client that submitted the job can
 * see.
 */
final class MakingEnumerator implements FileEnumerator {

  private final FileEnumerator files = FileSource.DEFAULT_NON_SPLITTABLE_FILE_ENUMERATOR.create();

  @Override
  public Collection<FileSourceSplit> enumerateSplits(Path[] folders, int minDesiredSplits)
      throws IOException {
    try {
      return files.enumerateSplits(folders, minDesiredSplits);
    } catch (FileNotFoundException missing) {
      for (Path folder : folders) {
        WatchedFolder.make(folder);
      }
      return files.enumerateSplits(folders, minDesiredSplits);
    }
  }
}
