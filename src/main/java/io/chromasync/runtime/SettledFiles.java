package io.chromasync.runtime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.enumerate.FileEnumerator;
import org.apache.flink.core.fs.Path;

/**
 * File enumerator that lists only settled files, and creates missing folders. A file is settled if
 * its length and modification time are the same as in the previous listing, or if its name says
 * that it {@linkplain WatchedFolder#put appeared whole}. A file that is still being copied is left
 * for a later listing: Flink reads a file once, and would read a part of it, or fail.
 *
 * <p>Keeps no state over a restart, which costs one listing. Not thread-safe.
 */
final class SettledFiles implements FileEnumerator {

  private final FileEnumerator all = new MakingEnumerator();
  private Map<Path, Seen> before = Map.of();

  private record Seen(long bytes, long modified) {}

  @Override
  public Collection<FileSourceSplit> enumerateSplits(Path[] folders, int least) throws IOException {
    Map<Path, Seen> now = new HashMap<>();
    List<FileSourceSplit> settled = new ArrayList<>();
    for (FileSourceSplit file : all.enumerateSplits(folders, least)) {
      Seen seen = new Seen(file.fileSize(), file.fileModificationTime());
      now.put(file.path(), seen);
      boolean isWhole = file.path().getName().endsWith(WatchedFolder.WHOLE);
      if (isWhole || seen.equals(before.get(file.path()))) {
        settled.add(file);
      }
    }
    before = now;
    return settled;
  }
}
