package io.chromasync.local;

import io.chromasync.local.deltas.EmptyDelta;
import io.chromasync.local.samples.ChromaRecord;
import io.chromasync.model.CollectionName;
import io.chromasync.model.Embedding;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes deltas without a server, which exists for one kind of processor only: the records go into
 * the write log of a delta that is empty.
 */
final class LoggedDelta implements DeltaWriter {

  private static final Pattern ID =
      Pattern.compile("IMAGE#(.+)#RECEIPT#(\\d+)#LINE#(\\d+)(?:#WORD#(\\d+))?");

  @Override
  public void write(Path folder, String collection, List<ChromaRecord> records) {
    EmptyDelta.in(folder, new CollectionName(collection))
        .write(folder, records.stream().map(LoggedDelta::embedding).toList());
  }

  private static Embedding embedding(ChromaRecord record) {
    Map<String, MetadataValue> metadata = new HashMap<>();
    record.metadata().forEach((key, value) -> metadata.put(key, value(value)));
    return new Embedding(key(record.id()), record.vector(), record.document(), metadata);
  }

  private static RecordKey key(String id) {
    Matcher parts = ID.matcher(id);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no record's id: " + id);
    }
    int receipt = Integer.parseInt(parts.group(2));
    int line = Integer.parseInt(parts.group(3));
    return parts.group(4) == null
        ? ReceiptTree.row(parts.group(1), receipt, line)
        : ReceiptTree.word(parts.group(1), receipt, line, Integer.parseInt(parts.group(4)));
  }

  private static MetadataValue value(Object value) {
    if (value instanceof String text) {
      return MetadataValue.of(text);
    }
    if (value instanceof Boolean flag) {
      return MetadataValue.of(flag);
    }
    if (value instanceof Integer || value instanceof Long) {
      return MetadataValue.of(((Number) value).longValue());
    }
    if (value instanceof Double real) {
      return MetadataValue.of(real);
    }
    List<String> texts = new ArrayList<>();
    ((List<?>) value).forEach(each -> texts.add((String) each));
    return MetadataValue.of(texts);
  }
}
