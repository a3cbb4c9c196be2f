package io.chromasync.source.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.chromasync.aws.DynamoDbJson;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.source.ItemFilter;
import io.chromasync.source.lineage.StreamResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;

/**
 * Whatever a stream record holds, it becomes a change that says the same, as long as its place in
 * the stream is known.
 */
class StreamRecordLaws {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void anItemIsWrittenWithAllItsAttributes(@ForAll("items") Map<String, AttributeValue> item)
      throws JsonProcessingException {
    JsonNode written = JSON.readTree(DynamoDbJson.write(item));

    assertThat(written.size()).isEqualTo(item.size());
    item.forEach((name, value) -> assertThat(read(written.get(name))).isEqualTo(known(value)));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aRecordWithAPlaceIsReadWhateverElseItLacks(@ForAll("records") Record record) {
    ItemChange change = read(record, ItemFilter.ALL);

    StreamRecord body = record.dynamodb();
    assertThat(change.newItem() != null).isEqualTo(body.hasNewImage());
    assertThat(change.oldItem() != null).isEqualTo(body.hasOldImage());
    assertThat(change.version().sequence()).isEqualTo("42");
    String name = String.valueOf(record.eventNameAsString());
    boolean known = List.of("INSERT", "MODIFY", "REMOVE").contains(name);
    assertThat(change.operation()).isEqualTo(known ? Operation.valueOf(name) : null);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void aRecordWithoutAPlaceIsRefusedAndSaysWhatItLacks(@ForAll("records") Record record) {
    Record timeless =
        record.toBuilder()
            .dynamodb(record.dynamodb().toBuilder().approximateCreationDateTime(null).build())
            .build();
    Record placeless =
        record.toBuilder()
            .dynamodb(record.dynamodb().toBuilder().sequenceNumber(null).build())
            .build();
    Record empty = record.toBuilder().dynamodb((StreamRecord) null).build();

    for (Record lacking : List.of(timeless, placeless, empty)) {
      assertThatThrownBy(() -> read(lacking, ItemFilter.ALL))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("A stream record of origin has no");
    }
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void anItemThatIsWantedIsCutOutAsItIs(@ForAll("records") Record record) {
    ItemChange change = read(record, ItemFilter.ALL);

    StreamRecord body = record.dynamodb();
    assertThat(change.newItem())
        .isEqualTo(body.hasNewImage() ? DynamoDbJson.write(body.newImage()) : null);
    assertThat(change.oldItem())
        .isEqualTo(body.hasOldImage() ? DynamoDbJson.write(body.oldImage()) : null);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void ofAnItemThatIsNotWantedKeysAndTypeAreKnown(@ForAll("records") Record record) {
    ItemChange wanted = read(record, ItemFilter.ALL);

    ItemChange unwanted = read(record, change -> false);

    assertThat(unwanted).isEqualTo(wanted.withItems(null, null));
    StreamRecord body = record.dynamodb();
    var either = body.hasNewImage() ? body.newImage() : body.oldImage();
    AttributeValue type = either.get("TYPE");
    assertThat(unwanted.type()).isEqualTo(type == null ? null : type.s());
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void aPageIsReadToItsEndWhateverItHolds(@ForAll("pages") List<Record> records) {
    StreamResponse.Page page = page(records, ItemFilter.ALL);

    assertThat(page.records()).hasSameSizeAs(records);
    assertThat(page.next()).isEqualTo("next");
    for (int i = 0; i < records.size(); i++) {
      assertThat(page.records().get(i).change()).isEqualTo(read(records.get(i), ItemFilter.ALL));
    }
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aPageThatIsCutOffIsRefused(
      @ForAll("pages") List<Record> records, @ForAll @IntRange(max = 100_000) int at) {
    byte[] whole = body(records).getBytes(StandardCharsets.UTF_8);
    byte[] cut = Arrays.copyOf(whole, at % whole.length);

    assertThatThrownBy(() -> StreamRecords.page(cut, "origin", ItemFilter.ALL))
        .isInstanceOf(IOException.class);
  }

  @Example
  void anAnswerThatIsNoPageIsNotTheEndOfItsShard() {
    for (String body : List.of("", "null", "[]", "{}", "{\"message\":\"maintenance\"}", "<html>")) {
      assertThatThrownBy(
              () ->
                  StreamRecords.page(
                      body.getBytes(StandardCharsets.UTF_8), "origin", ItemFilter.ALL))
          .as(body)
          .isInstanceOf(IOException.class);
    }
  }

  @Provide
  Arbitrary<List<Record>> pages() {
    return records().list().ofMaxSize(4);
  }

  @Provide
  Arbitrary<Map<String, AttributeValue>> items() {
    return itemsOf(values(3));
  }

  @Provide
  Arbitrary<Record> records() {
    Arbitrary<Map<String, AttributeValue>> maps = itemsOf(values(1)).injectNull(0.2);
    Arbitrary<String> names =
        Arbitraries.of("INSERT", "MODIFY", "REMOVE", "insert", "TRUNCATE", "").injectNull(0.2);
    return Combinators.combine(names, maps, maps, maps)
        .as(
            (name, keys, newImage, oldImage) ->
                Record.builder()
                    .eventName(name)
                    .dynamodb(
                        StreamRecord.builder()
                            .keys(keys)
                            .newImage(newImage)
                            .oldImage(oldImage)
                            .sequenceNumber("42")
                            .approximateCreationDateTime(NOON)
                            .build())
                    .build());
  }

  private static ItemChange read(Record record, ItemFilter filter) {
    return page(List.of(record), filter).records().get(0).change();
  }

  private static StreamResponse.Page page(List<Record> records, ItemFilter filter) {
    try {
      return StreamRecords.page(body(records).getBytes(StandardCharsets.UTF_8), "origin", filter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A response as DynamoDB writes it. */
  private static String body(List<Record> records) {
    ObjectNode page = JSON.createObjectNode();
    ArrayNode list = page.putArray("Records");
    for (Record record : records) {
      ObjectNode written = list.addObject().put("awsRegion", "eu-west-1");
      StreamRecord body = record.dynamodb();
      if (body != null) {
        ObjectNode dynamodb = written.putObject("dynamodb");
        if (body.approximateCreationDateTime() != null) {
          double seconds = body.approximateCreationDateTime().getEpochSecond();
          dynamodb.put("ApproximateCreationDateTime", seconds);
        }
        put(dynamodb, "Keys", body.hasKeys(), body.keys());
        put(dynamodb, "NewImage", body.hasNewImage(), body.newImage());
        put(dynamodb, "OldImage", body.hasOldImage(), body.oldImage());
        dynamodb.put("SequenceNumber", body.sequenceNumber()).put("SizeBytes", 59);
      }
      written.put("eventName", record.eventNameAsString()).put("eventVersion", "1.1");
      written.putObject("userIdentity").putArray("odd").addObject();
    }
    return page.put("NextShardIterator", "next").toString();
  }

  private static void put(
      ObjectNode body, String name, boolean there, Map<String, AttributeValue> item) {
    if (there) {
      body.putRawValue(name, new RawValue(DynamoDbJson.write(item)));
    }
  }

  private static Arbitrary<Map<String, AttributeValue>> itemsOf(Arbitrary<AttributeValue> values) {
    Arbitrary<String> names =
        Arbitraries.oneOf(Arbitraries.of("PK", "SK", "TYPE"), Arbitraries.strings().ofMaxLength(5));
    return Arbitraries.maps(names, values.injectNull(0.05)).ofMaxSize(5);
  }

  private static Arbitrary<AttributeValue> values(int depth) {
    Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(8);
    Arbitrary<SdkBytes> bytes =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(4).map(SdkBytes::fromByteArray);
    Arbitrary<AttributeValue> leaves =
        Arbitraries.oneOf(
            texts.map(AttributeValue::fromS),
            texts.map(AttributeValue::fromN),
            bytes.map(AttributeValue::fromB),
            Arbitraries.of(true, false).map(AttributeValue::fromBool),
            Arbitraries.of(true, false).map(AttributeValue::fromNul),
            texts.list().ofMaxSize(3).map(AttributeValue::fromSs),
            texts.list().ofMaxSize(3).map(AttributeValue::fromNs),
            bytes.list().ofMaxSize(3).map(AttributeValue::fromBs),
            Arbitraries.just(AttributeValue.builder().build()));
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<AttributeValue> deeper = values(depth - 1).injectNull(0.05);
    return Arbitraries.oneOf(
        leaves,
        deeper.list().ofMaxSize(3).map(AttributeValue::fromL),
        Arbitraries.maps(texts, deeper).ofMaxSize(3).map(AttributeValue::fromM));
  }

  /** What is read back, the other way round than {@link DynamoDbJson}. */
  private static AttributeValue read(JsonNode value) {
    if (value.isEmpty()) {
      return AttributeValue.builder().build();
    }
    JsonNode content = value.elements().next();
    return switch (value.fieldNames().next()) {
      case "S" -> AttributeValue.fromS(content.textValue());
      case "N" -> AttributeValue.fromN(content.textValue());
      case "B" -> AttributeValue.fromB(bytes(content));
      case "BOOL" -> AttributeValue.fromBool(content.booleanValue());
      case "NULL" -> AttributeValue.fromNul(content.booleanValue());
      case "SS" -> AttributeValue.fromSs(list(content).map(JsonNode::textValue).toList());
      case "NS" -> AttributeValue.fromNs(list(content).map(JsonNode::textValue).toList());
      case "BS" -> AttributeValue.fromBs(list(content).map(StreamRecordLaws::bytes).toList());
      case "L" -> AttributeValue.fromL(list(content).map(StreamRecordLaws::read).toList());
      case "M" -> AttributeValue.fromM(map(content));
      default -> throw new AssertionError("no attribute value: " + value);
    };
  }

  private static SdkBytes bytes(JsonNode content) {
    return SdkBytes.fromByteArray(Base64.getDecoder().decode(content.textValue()));
  }

  private static Stream<JsonNode> list(JsonNode content) {
    return StreamSupport.stream(content.spliterator(), false);
  }

  private static Map<String, AttributeValue> map(JsonNode content) {
    Map<String, AttributeValue> map = new HashMap<>();
    content.properties().forEach(entry -> map.put(entry.getKey(), read(entry.getValue())));
    return map;
  }

  /** The same, where what the SDK does not know is an attribute without a type. */
  private static AttributeValue known(AttributeValue value) {
    if (value == null) {
      return AttributeValue.builder().build();
    }
    if (value.type() == AttributeValue.Type.L) {
      return AttributeValue.fromL(value.l().stream().map(StreamRecordLaws::known).toList());
    }
    if (value.type() == AttributeValue.Type.M) {
      Map<String, AttributeValue> map = new HashMap<>();
      value.m().forEach((name, inner) -> map.put(name, known(inner)));
      return AttributeValue.fromM(map);
    }
    return value;
  }
}
