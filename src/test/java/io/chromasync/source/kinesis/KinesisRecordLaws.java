package io.chromasync.source.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
import io.chromasync.source.ItemFilter;
import io.chromasync.source.lineage.ShardRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * Whatever a Kinesis record holds, it becomes a change that says the same, or one that keeps the
 * payload and will be rejected, as long as its place in the shard is known.
 */
class KinesisRecordLaws {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final long MICROS = NOON.toEpochMilli() * 1000 - 123_456;

  private static final String RECORD =
      """
      {"awsRegion":"eu-west-1","eventID":"6f1c","eventName":"MODIFY","userIdentity":null,
       "recordFormat":"application/json","tableName":"Receipts",
       "dynamodb":{"ApproximateCreationDateTime":%s,
         "Keys":{"PK":{"S":"IMAGE#1"},"SK":{"S":"RECEIPT#00001"}},
         "NewImage":{"PK":{"S":"IMAGE#1"},"n":{"N":"1.50"},"b":{"B":"AQI="},"raw":1.50},
         "OldImage":{"PK":{"S":"IMAGE#1"},"n":{"N":"2"}},
         "SizeBytes":98,"ApproximateCreationDateTimePrecision":"MICROSECOND"},
       "eventSource":"aws:dynamodb"}"""
          .formatted(MICROS);

  @Example
  void aRecordSaysWhatDynamoDbWrote() {
    ShardRecord read = read(RECORD);

    assertThat(read.sequence()).isEqualTo("49");
    assertThat(read.createdMillis()).isEqualTo(NOON.toEpochMilli());
    ItemChange change = read.change();
    assertThat(change.operation()).isEqualTo(Operation.MODIFY);
    assertThat(change.partitionKey()).isEqualTo("IMAGE#1");
    assertThat(change.sortKey()).isEqualTo("RECEIPT#00001");
    assertThat(change.newItem())
        .isEqualTo(
            """
            {"PK":{"S":"IMAGE#1"},"b":{"B":"AQI="},"n":{"N":"1.50"},"raw":1.50}""");
    assertThat(change.oldItem()).isEqualTo("{\"PK\":{\"S\":\"IMAGE#1\"},\"n\":{\"N\":\"2\"}}");
    assertThat(change.version().micros()).isEqualTo(MICROS);
    assertThat(change.origin()).isEqualTo("origin");
  }

  @Example
  void timesAreInWhatTheRecordSaysAndInMillisecondsIfItSaysNothing()
      throws JsonProcessingException {
    long millis = MICROS / 1000;

    assertThat(timed(MICROS, "MICROSECOND").micros()).isEqualTo(MICROS);
    assertThat(timed(millis, "MILLISECOND").micros()).isEqualTo(millis * 1000);
    assertThat(timed(millis, null).micros()).isEqualTo(millis * 1000);
  }

  @Example
  void aTimeThatCannotBeIsNotBelieved() throws JsonProcessingException {
    for (ObjectNode record :
        List.of(
            withTime(MICROS, null), // microseconds taken for milliseconds
            withTime(MICROS, "NANOSECOND"),
            withTime(NOON.plusSeconds(61).toEpochMilli() * 1000, "MICROSECOND"),
            withTime(Long.MAX_VALUE, "MILLISECOND"),
            withTime(Long.MIN_VALUE, null))) {
      ItemChange change = read(record.toString()).change();

      assertThat(change.operation()).isNull();
      assertThat(change.newItem()).isEqualTo(record.toString());
      assertThat(change.version()).isEqualTo(new Version(NOON.toEpochMilli() * 1000, ""));
    }
  }

  @Example
  void theSameChangeIsTheSameHoweverOftenAndInWhateverOrderItIsWritten() {
    String shuffled =
        RECORD.replace(
            "{\"PK\":{\"S\":\"IMAGE#1\"},\"n\":{\"N\":\"2\"}}",
            "{\"n\":{\"N\":\"2\"},\"PK\":{\"S\":\"IMAGE#1\"}}");
    Record again = record(bytes(shuffled)).toBuilder().sequenceNumber("50").build();

    assertThat(shuffled).isNotEqualTo(RECORD);
    assertThat(KinesisRecords.read(again, "elsewhere", null, ItemFilter.ALL).change().version())
        .isEqualTo(read(RECORD).change().version());
  }

  @Example
  void differentChangesOfOneMomentHaveAnOrderThatFollowsAnItemsLife() {
    Version insert = read(RECORD.replace("MODIFY", "INSERT")).change().version();
    Version modify = read(RECORD).change().version();
    Version other = read(RECORD.replace("1.50\"", "1.51\"")).change().version();
    Version remove = read(RECORD.replace("MODIFY", "REMOVE")).change().version();

    assertThat(List.of(insert, modify, remove)).isSorted();
    assertThat(other).isBetween(insert, remove).isNotEqualByComparingTo(modify);
  }

  @Example
  void aSequenceNumberThatDynamoDbGivesIsTaken() {
    String numbered = RECORD.replace("\"SizeBytes\"", "\"SequenceNumber\":\"42\",\"SizeBytes\"");
    String odd = RECORD.replace("\"SizeBytes\"", "\"SequenceNumber\":\"4x\",\"SizeBytes\"");

    assertThat(read(numbered).change().version().sequence()).isEqualTo("42");
    assertThat(read(odd).change().version()).isEqualTo(read(RECORD).change().version());
  }

  @Example
  void aChangeOfAnotherTableIsNone() {
    Record record = record(bytes(RECORD));

    assertThat(KinesisRecords.read(record, "origin", "Orders", ItemFilter.ALL).change()).isNull();
    assertThat(KinesisRecords.read(record, "origin", "Receipts", ItemFilter.ALL).change())
        .isNotNull();
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void bytesThatAreNoRecordAreKept(@ForAll byte[] payload) {
    ItemChange change =
        KinesisRecords.read(record(payload), "origin", null, ItemFilter.ALL).change();

    assertThat(change.operation()).isNull();
    assertThat(change.newItem()).isEqualTo(new String(payload, StandardCharsets.UTF_8));
  }

  /** Values of any kind anywhere, things left out, and text cut off. */
  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void aSpoiltRecordBecomesAChangeAllTheSame(@ForAll("spoilt") String text) {
    ShardRecord read = read(text);

    assertThat(read.sequence()).isEqualTo("49");
    ItemChange change = read.change();
    assertThat(change.version().micros())
        .isLessThanOrEqualTo((NOON.toEpochMilli() + 60_000) * 1000);
    assertThat(change.version().sequence()).matches("[0-9]*");
    boolean kept = text.equals(change.newItem());
    assertThat(kept || change.version().micros() != NOON.toEpochMilli() * 1000).isTrue();
  }

  @Example
  void aRecordWithoutAPlaceIsRefusedAndSaysWhatItLacks() {
    Record whole = record(bytes(RECORD));

    for (Record lacking :
        List.of(
            whole.toBuilder().sequenceNumber(null).build(),
            whole.toBuilder().approximateArrivalTimestamp(null).build())) {
      assertThatThrownBy(() -> KinesisRecords.read(lacking, "origin", null, ItemFilter.ALL))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("A record of origin has no");
    }
  }

  @Provide
  Arbitrary<String> spoilt() {
    return Arbitraries.randomValue(KinesisRecordLaws::spoil);
  }

  private static String spoil(Random random) {
    try {
      JsonNode tree = JSON.readTree(RECORD);
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        spoil(tree, random);
      }
      String text = tree.toString();
      return random.nextInt(5) == 0 ? text.substring(0, random.nextInt(text.length())) : text;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Changes a value somewhere below. */
  private static void spoil(JsonNode tree, Random random) throws JsonProcessingException {
    JsonNode at = tree;
    while (true) {
      List<String> names = new ArrayList<>();
      at.fieldNames().forEachRemaining(names::add);
      Collections.shuffle(names, random);
      String name = names.get(0);
      JsonNode below = at.get(name);
      if (!below.isObject() || below.isEmpty() || random.nextInt(4) == 0) {
        replace((ObjectNode) at, name, random);
        return;
      }
      at = below;
    }
  }

  private static void replace(ObjectNode in, String name, Random random)
      throws JsonProcessingException {
    List<String> values =
        List.of("null", "{}", "[]", "\"x\"", "\"\"", "1", "-1", "1e999", "true", "[{\"S\":1}]");
    int choice = random.nextInt(values.size() + 1);
    if (choice == values.size()) {
      in.remove(name);
      in.put("left", 1);
    } else {
      in.set(name, JSON.readTree(values.get(choice).replace("1e999", "\"1e999\"")));
    }
  }

  private static Version timed(long time, String precision) throws JsonProcessingException {
    return read(withTime(time, precision).toString()).change().version();
  }

  private static ObjectNode withTime(long time, String precision) throws JsonProcessingException {
    ObjectNode record = (ObjectNode) JSON.readTree(RECORD);
    ObjectNode body = (ObjectNode) record.get("dynamodb");
    body.put("ApproximateCreationDateTime", time);
    body.put("ApproximateCreationDateTimePrecision", precision);
    if (precision == null) {
      body.remove("ApproximateCreationDateTimePrecision");
    }
    return record;
  }

  private static ShardRecord read(String payload) {
    return KinesisRecords.read(record(bytes(payload)), "origin", null, ItemFilter.ALL);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Record record(byte[] payload) {
    return Record.builder()
        .sequenceNumber("49")
        .approximateArrivalTimestamp(NOON)
        .data(SdkBytes.fromByteArray(payload))
        .build();
  }
}
