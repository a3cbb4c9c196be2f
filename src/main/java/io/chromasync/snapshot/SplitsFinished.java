package io.chromasync.snapshot;

import java.util.ArrayList;
import org.apache.flink.api.connector.source.SourceEvent;

/** Event that reports splits to the enumerator which were emitted to their ends. */
record SplitsFinished(ArrayList<String> splits) implements SourceEvent {}
