package io.chromasync.snapshot;

import java.util.ArrayList;
import org.apache.flink.api.connector.source.SourceEvent;

/** Tells the enumerator of splits that were emitted to their ends. */
record SplitsFinished(ArrayList<String> splits) implements SourceEvent {}
