package io.chromasync.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbJsonTest {

  @Test
  void everyTypeIsWrittenAsTheApiWritesIt() {
    // Given
    SdkBytes bytes = SdkBytes.fromByteArray(new byte[] {1, 2, (byte) 0xff});
    Map<String, AttributeValue> item = new LinkedHashMap<>();
    item.put("s", AttributeValue.fromS("a \"quoted\" é\n"));
    item.put("n", AttributeValue.fromN("1.50"));
    item.put("b", AttributeValue.fromB(bytes));
    item.put("bool", AttributeValue.fromBool(false));
    item.put("nul", AttributeValue.fromNul(true));
    item.put("ss", AttributeValue.fromSs(List.of("x", "y")));
    item.put("ns", AttributeValue.fromNs(List.of("1", "2")));
    item.put("bs", AttributeValue.fromBs(List.of(bytes)));
    item.put("l", AttributeValue.fromL(List.of(AttributeValue.fromS("z"))));
    item.put("m", AttributeValue.fromM(Map.of("k", AttributeValue.fromN("7"))));

    // When
    String json = DynamoDbJson.write(item);

    // Then
    assertThat(json)
        .isEqualTo(
            """
            {"s":{"S":"a \\"quoted\\" é\\n"},"n":{"N":"1.50"},"b":{"B":"AQL/"},\
            "bool":{"BOOL":false},"nul":{"NULL":true},"ss":{"SS":["x","y"]},"ns":{"NS":["1","2"]},\
            "bs":{"BS":["AQL/"]},"l":{"L":[{"S":"z"}]},"m":{"M":{"k":{"N":"7"}}}}""");
  }

  @Test
  void aValueOfATypeThatIsNotKnownHasNone() {
    assertThat(DynamoDbJson.write(Map.of("x", AttributeValue.builder().build())))
        .isEqualTo("{\"x\":{}}");
  }

  @Test
  void anEmptyListStaysAList() {
    assertThat(DynamoDbJson.write(Map.of("l", AttributeValue.fromL(List.of()))))
        .isEqualTo("{\"l\":{\"L\":[]}}");
  }
}
