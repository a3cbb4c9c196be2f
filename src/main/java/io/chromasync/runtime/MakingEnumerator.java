package io.chromasync.runtime;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collection;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.enumerate.FileEnumerator;
import org.apache.flink.core.fs.Path;

/**
 * File enumerator that creates missing folders. It runs on the JobManager, so a folder is created
 * in the file system that is listed, regardless of the file systems visible to the submitting
 * client.
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
