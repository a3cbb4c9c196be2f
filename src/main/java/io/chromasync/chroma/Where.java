package io.chromasync.chroma;

import com.fasterxml.jackson.core.JsonGenerator;
import io.chromasync.chroma.ColumnJson.Writing;
import io.chromasync.model.Collection;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Chroma's filters for the records that a sweep deletes, by the metadata that say where they
 * belong. A record is deleted if one of them matches it.
 *
 * <p>Several conditions need {@code $and}, which refuses a single one. Old records hold {@code
 * receipt_id} as a text, so both forms are asked for; lists of {@code $in} and {@code $nin} must
 * not mix them. {@code $nin} also matches a record that lacks the key.
 *
 * <p>A sweep that spares nothing is one filter. Else there is one for what lies outside the spared
 * receipts, one in each of these for what lies outside the spared lines, and one for each set of
 * words that are spared in some lines. One filter for all of it would be exact too, but Chroma
 * Cloud takes no more than 8 conditions in a filter (<a
 * href="https://docs.trychroma.com/cloud/quotas-limits">quotas</a>) and a server is slower with it:
 * where 150 lines of a receipt spare their first words, 7 s instead of 2 s among 50,000 records.
 */
final class Where {

  private final List<Writing> filters = new ArrayList<>();

  private Where() {}

  /** The filters of a sweep; none if it spares all that its key covers. */
  static List<Writing> of(Mutation sweep) {
    Where where = new Where();
    if (sweep.spared() == null) {
      where.add(below(sweep.record()));
    } else {
      where.addBut(sweep.record(), sweep.spared());
    }
    return where.filters;
  }

  private void addBut(RecordKey below, List<RecordKey> spared) {
    if (below.receipt() == null) {
      addOutsideReceipts(below, spared);
    } else if (below.line() == null) {
      addOutsideLines(below, spared);
    } else if (below.collection() == Collection.WORDS) {
      add(below(below), outside("word_id", words(spared)));
    }
  }

  private void addOutsideReceipts(RecordKey image, List<RecordKey> spared) {
    Map<Integer, List<RecordKey>> receipts =
        spared.stream()
            .collect(Collectors.groupingBy(RecordKey::receipt, TreeMap::new, Collectors.toList()));
    List<String> texts = receipts.keySet().stream().map(String::valueOf).toList();
    add(
        below(image),
        outside("receipt_id", List.copyOf(receipts.keySet())),
        outside("receipt_id", texts));
    receipts.forEach(
        (receipt, inside) ->
            addOutsideLines(
                new RecordKey(image.collection(), image.image(), receipt, null, null), inside));
  }

  private void addOutsideLines(RecordKey receipt, List<RecordKey> spared) {
    Map<Integer, List<RecordKey>> lines =
        spared.stream()
            .collect(Collectors.groupingBy(RecordKey::line, TreeMap::new, Collectors.toList()));
    add(below(receipt), outside("line_id", List.copyOf(lines.keySet())));
    if (receipt.collection() == Collection.WORDS) {
      linesByWords(lines)
          .forEach(
              (words, with) ->
                  add(
                      below(receipt),
                      condition("line_id", "$in", with),
                      outside("word_id", words)));
    }
  }

  /** Lines that spare the same words, by these words. */
  private static Map<List<Integer>, List<Integer>> linesByWords(
      Map<Integer, List<RecordKey>> lines) {
    return lines.keySet().stream()
        .collect(
            Collectors.groupingBy(
                line -> words(lines.get(line)), LinkedHashMap::new, Collectors.toList()));
  }

  private static List<Integer> words(List<RecordKey> spared) {
    return spared.stream().map(RecordKey::word).distinct().sorted().toList();
  }

  /** Everything that a key covers. */
  private static List<Writing> below(RecordKey key) {
    List<Writing> conditions = new ArrayList<>();
    conditions.add(equal("image_id", key.image()));
    if (key.receipt() != null) {
      conditions.add(
          combined(
              "$or",
              List.of(
                  equal("receipt_id", key.receipt()),
                  equal("receipt_id", key.receipt().toString()))));
    }
    if (key.line() != null) {
      conditions.add(equal("line_id", key.line()));
    }
    if (key.word() != null) {
      conditions.add(equal("word_id", key.word()));
    }
    return conditions;
  }

  private static Writing outside(String key, List<?> values) {
    return condition(key, "$nin", values);
  }

  private static Writing equal(String key, Object value) {
    return condition(key, "$eq", value);
  }

  private static Writing condition(String key, String operator, Object value) {
    return json -> {
      json.writeStartObject();
      json.writeObjectFieldStart(key);
      json.writeFieldName(operator);
      writeValue(json, value);
      json.writeEndObject();
      json.writeEndObject();
    };
  }

  private static void writeValue(JsonGenerator json, Object value) throws IOException {
    if (value instanceof List<?> items) {
      json.writeStartArray();
      for (Object item : items) {
        writeValue(json, item);
      }
      json.writeEndArray();
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else {
      json.writeString(value.toString());
    }
  }

  private void add(List<Writing> below, Writing... more) {
    List<Writing> conditions = new ArrayList<>(below);
    conditions.addAll(List.of(more));
    filters.add(conditions.size() == 1 ? conditions.get(0) : combined("$and", conditions));
  }

  private static Writing combined(String operator, List<Writing> conditions) {
    return json -> {
      json.writeStartObject();
      json.writeArrayFieldStart(operator);
      for (Writing condition : conditions) {
        condition.to(json);
      }
      json.writeEndArray();
      json.writeEndObject();
    };
  }
}
