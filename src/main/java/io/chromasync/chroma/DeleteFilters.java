package io.chromasync.chroma;

import com.fasterxml.jackson.core.JsonGenerator;
import io.chromasync.chroma.delivery.ColumnJson.Writing;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.DomainCollection.Level;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Chroma metadata filters that select the records of a delete by filter. A record is deleted if at
 * least one filter matches it.
 *
 * <p>Several conditions need {@code $and}, which Chroma rejects for a single condition. Where old
 * records have a number as a string, the filters match both the integer and the string. Lists of
 * {@code $in} and {@code $nin} must not mix the two types. {@code $nin} also matches a record that
 * lacks the key.
 *
 * <p>A delete without excluded records needs a single filter. Otherwise there are several:
 *
 * <ul>
 *   <li>a filter for the records outside the children that have excluded records;
 *   <li>per such child, the same for its children, and so on;
 *   <li>on the last level but one, unless old records differ there, per set of excluded records
 *       that some entities share, a filter for their other records.
 * </ul>
 *
 * <p>A single filter would be exact too, but Chroma Cloud allows at most 8 conditions per filter
 * (<a href="https://docs.trychroma.com/cloud/quotas-limits">quotas</a>). A server is also slower
 * with a single filter. With the first records of 150 parents excluded, it took 7 s instead of 2 s
 * among 50,000 records.
 */
public final class DeleteFilters {

  private final DomainCollection collection;
  private final List<Writing> filters = new ArrayList<>();

  private DeleteFilters(DomainCollection collection) {
    this.collection = collection;
  }

  /**
   * Returns the filters of a delete by filter; empty if it excludes everything that its key covers.
   *
   * @param collection of the deleted records
   */
  public static List<Writing> of(Mutation delete, DomainCollection collection) {
    DeleteFilters where = new DeleteFilters(collection);
    RecordKey scope = delete.record();
    if (delete.excluded() == null) {
      where.add(where.below(scope.partition(), scope.entity()));
    } else {
      where.addBut(
          scope.partition(),
          scope.entity(),
          delete.excluded().stream().map(RecordKey::entity).sorted().toList());
    }
    return where.filters;
  }

  /** Adds filters for all records below an entity except for the excluded records. */
  private void addBut(String partition, EntityKey above, List<EntityKey> excluded) {
    int depth = depth(above);
    if (depth + 1 >= collection.levels().size()) {
      return;
    }
    Level next = collection.levels().get(depth + 1);
    Map<EntityKey, List<EntityKey>> children =
        excluded.stream()
            .collect(
                Collectors.groupingBy(
                    key -> key.ancestor(next.kind()), TreeMap::new, Collectors.toList()));
    add(below(partition, above), outside(next, children.keySet()));
    if (depth + 3 == collection.levels().size() && !next.alsoText()) {
      Level last = collection.levels().get(depth + 2);
      bySameRecords(children)
          .forEach(
              (records, with) ->
                  add(
                      below(partition, above),
                      List.of(condition(next.key(), "$in", with), outside(last.key(), records))));
    } else {
      children.forEach((child, inside) -> addBut(partition, child, inside));
    }
  }

  private int depth(EntityKey entity) {
    for (int depth = 0; depth < collection.levels().size(); depth++) {
      if (collection.levels().get(depth).kind() == entity.kind()) {
        return depth;
      }
    }
    throw new IllegalArgumentException(
        "records of collection '%s' have no metadata of a %s"
            .formatted(collection.collection(), entity.kind().name()));
  }

  /** Groups the ids of entities by the ids of their excluded records. */
  private static Map<List<Object>, List<Object>> bySameRecords(
      Map<EntityKey, List<EntityKey>> records) {
    return records.keySet().stream()
        .collect(
            Collectors.groupingBy(
                parent -> records.get(parent).stream().map(DeleteFilters::id).distinct().toList(),
                LinkedHashMap::new,
                Collectors.mapping(DeleteFilters::id, Collectors.toList())));
  }

  /** Returns conditions that match everything below an entity. */
  private List<Writing> below(String partition, EntityKey entity) {
    List<Writing> conditions = new ArrayList<>();
    for (Level level : collection.levels()) {
      EntityKey above = entity.ancestor(level.kind());
      if (above != null) {
        conditions.add(equal(level, above.parent() == null ? partition : id(above)));
      }
    }
    return conditions;
  }

  /** Number or name of an entity. */
  private static Object id(EntityKey entity) {
    return entity.name() == null ? (Object) entity.number() : entity.name();
  }

  private static Writing equal(Level level, Object id) {
    Writing asIs = condition(level.key(), "$eq", id);
    return level.alsoText()
        ? combined("$or", List.of(asIs, condition(level.key(), "$eq", id.toString())))
        : asIs;
  }

  private static List<Writing> outside(Level level, Set<EntityKey> entities) {
    List<Object> ids = entities.stream().map(DeleteFilters::id).toList();
    return level.alsoText()
        ? List.of(
            outside(level.key(), ids),
            outside(level.key(), ids.stream().map(Object::toString).toList()))
        : List.of(outside(level.key(), ids));
  }

  private static Writing outside(String key, List<?> values) {
    return condition(key, "$nin", values);
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

  private void add(List<Writing> below) {
    add(below, List.of());
  }

  private void add(List<Writing> below, List<Writing> more) {
    List<Writing> conditions = new ArrayList<>(below);
    conditions.addAll(more);
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
