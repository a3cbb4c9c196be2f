package io.chromasync.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.config.InvalidSettings;
import io.chromasync.mapping.Domain;
import io.chromasync.mapping.MappedItem;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.ItemKey;
import io.chromasync.model.Mutation;
import io.chromasync.model.Version;
import io.chromasync.resolve.rules.Resolution;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.WorkingSet;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Change that an operator considers: its file, and what it would write.
 *
 * @param change has the version of now
 */
record ProposedChange(ItemChange change) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a stream record, or an item as DynamoDB JSON, which counts as a MODIFY.
   *
   * @throws InvalidSettings if the file holds neither
   */
  static ProposedChange read(String option, Path file, Instant now) {
    JsonNode json = json(option, file);
    JsonNode record = json.path("record").isObject() ? json.path("record") : json;
    JsonNode dynamodb = record.path("dynamodb");
    JsonNode item = dynamodb.isObject() ? dynamodb.path("NewImage") : record;
    JsonNode keys = dynamodb.isObject() ? dynamodb.path("Keys") : record;
    String partitionKey = keys.path(ItemKey.PARTITION).path("S").textValue();
    if (partitionKey == null) {
      throw new InvalidSettings(
          "%s must hold a stream record, or an item as DynamoDB JSON with %s and %s, but '%s' has no %s"
              .formatted(option, ItemKey.PARTITION, ItemKey.SORT, file, ItemKey.PARTITION));
    }
    return new ProposedChange(
        new ItemChange(
            operation(option, record),
            partitionKey,
            keys.path(ItemKey.SORT).path("S").textValue(),
            item.isObject() ? item.toString() : null,
            dynamodb.path("OldImage").isObject() ? dynamodb.path("OldImage").toString() : null,
            new Version(TimeUnit.MILLISECONDS.toMicros(now.toEpochMilli()), ""),
            file.toString()));
  }

  /**
   * Returns this change, if it is one of a partition.
   *
   * @throws InvalidSettings if it is of another partition
   */
  ProposedChange in(String partition, Domain domain) {
    String own = domain.partition(change.partitionKey());
    if (!partition.equals(own)) {
      throw new InvalidSettings(
          "--if-change must hold a change of partition '%s', but it is of '%s'"
              .formatted(partition, change.partitionKey()));
    }
    return this;
  }

  /**
   * Returns what the change would write, in words, and applies it to the working set.
   *
   * @param memory of the partition of the change
   */
  List<String> effects(Domain domain, Resolver resolver, WorkingSet memory) {
    MappedItem mapped = domain.map(change);
    if (mapped instanceof MappedItem.Ignored) {
      return List.of("nothing: items of this kind do not affect Chroma");
    }
    if (mapped instanceof MappedItem.Rejected rejected) {
      return List.of("a dead letter: " + rejected.detail());
    }
    if (mapped instanceof MappedItem.Run run) {
      return List.of(
          "the vectors of %s batches, once they are loaded".formatted(run.deltas().size()));
    }
    Resolution resolution =
        resolver.resolve(((MappedItem.Fact) mapped).change(), memory, Long.MIN_VALUE);
    List<String> effects = new ArrayList<>();
    resolution.mutations().forEach(mutation -> effects.add(describe(mutation)));
    return effects;
  }

  private static String describe(Mutation mutation) {
    String what =
        "%s %s %s"
            .formatted(
                mutation.verb().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                mutation.record().collection(),
                mutation.record().id());
    if (mutation.metadata() == null) {
      return what;
    }
    List<String> values = new ArrayList<>();
    new TreeMap<>(mutation.metadata())
        .forEach((key, value) -> values.add(key + "=" + MetadataJson.of(value)));
    return what + " " + values;
  }

  private static Operation operation(String option, JsonNode record) {
    String name = record.path("eventName").asText(Operation.MODIFY.name());
    return Arrays.stream(Operation.values())
        .filter(each -> each.isOfStream() && each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidSettings(
                    "%s must have an 'eventName' of INSERT, MODIFY or REMOVE, but it was '%s'"
                        .formatted(option, name)));
  }

  private static JsonNode json(String option, Path file) {
    try {
      return JSON.readTree(OptionFile.text(option, file));
    } catch (JsonProcessingException e) {
      throw new InvalidSettings(
          "%s must hold JSON but '%s' does not: %s"
              .formatted(option, file, e.getOriginalMessage()));
    }
  }
}
