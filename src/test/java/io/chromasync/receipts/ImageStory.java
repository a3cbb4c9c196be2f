package io.chromasync.receipts;

import static io.chromasync.testing.ItemChanges.at;

import io.chromasync.mapping.MappedItem;
import io.chromasync.model.EntityKey;
import io.chromasync.model.ItemChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.MapFacts;
import io.chromasync.testing.TableItem;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What happened to the items of one image, second by second, and what Chroma is told of it. Answers
 * are maps of plain values, in which a removed key is there and null.
 */
final class ImageStory {

  static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";

  private final MapFacts facts = new MapFacts(IMAGE);
  private final ReceiptProjection projection;

  private ImageStory(boolean arrays) {
    projection = new ReceiptProjection(arrays);
  }

  static ImageStory withArrays() {
    return new ImageStory(true);
  }

  static ImageStory withoutArrays() {
    return new ImageStory(false);
  }

  ImageStory insert(long second, TableItem... items) {
    return apply(Stream.of(items).map(item -> ItemChanges.insert(item, at(second))));
  }

  ImageStory modify(long second, TableItem before, TableItem after) {
    return apply(Stream.of(ItemChanges.modify(before, after, at(second))));
  }

  ImageStory remove(long second, TableItem item) {
    return apply(Stream.of(ItemChanges.remove(item, at(second))));
  }

  Map<String, Object> word(int line, int word) {
    return plain(projection.of(facts).overlay(ReceiptTree.word(IMAGE, 1, line, word)));
  }

  Map<String, Object> row(int primary) {
    return plain(projection.of(facts).overlay(ReceiptTree.row(IMAGE, 1, primary)));
  }

  boolean isRemoved(EntityKey entity) {
    return facts.isRemoved(entity);
  }

  private ImageStory apply(Stream<ItemChange> changes) {
    changes
        .map(ItemMapper::map)
        .forEach(meaning -> facts.apply(((MappedItem.Fact) meaning).change()));
    return this;
  }

  private static Map<String, Object> plain(Map<String, MetadataValue> metadata) {
    Map<String, Object> plain = new HashMap<>();
    metadata.forEach((key, value) -> plain.put(key, plain(value)));
    return plain;
  }

  private static Object plain(MetadataValue value) {
    return Stream.of(
            Stream.ofNullable(value.text()),
            Stream.ofNullable(value.whole()),
            Stream.ofNullable(value.real()),
            Stream.ofNullable(value.flag()),
            Stream.ofNullable(value.list()))
        .flatMap(set -> set)
        .collect(
            Collectors.collectingAndThen(
                Collectors.toList(), set -> set.isEmpty() ? null : set.get(0)));
  }
}
