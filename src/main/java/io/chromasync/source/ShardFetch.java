package io.chromasync.source;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;

/** The records of one page on their way from the fetching thread to the task. */
final class ShardFetch implements RecordsWithSplitIds<ShardRecord> {

  /** What a woken thread brings. */
  static final ShardFetch NOTHING = new ShardFetch(null, List.of(), Set.of());

  private final Iterator<ShardRecord> records;
  private final Set<String> finished;
  private String shard;

  private ShardFetch(String shard, List<ShardRecord> records, Set<String> finished) {
    this.shard = records.isEmpty() ? null : shard;
    this.records = records.iterator();
    this.finished = finished;
  }

  static ShardFetch of(String shard, List<ShardRecord> records) {
    return new ShardFetch(shard, records, Set.of());
  }

  /** The end of a shard, after these records. */
  static ShardFetch last(String shard, List<ShardRecord> records) {
    return new ShardFetch(shard, records, Set.of(shard));
  }

  @Override
  public String nextSplit() {
    String next = shard;
    shard = null;
    return next;
  }

  @Override
  public ShardRecord nextRecordFromSplit() {
    return records.hasNext() ? records.next() : null;
  }

  @Override
  public Set<String> finishedSplits() {
    return finished;
  }
}
