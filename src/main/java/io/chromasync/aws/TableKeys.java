package io.chromasync.aws;

import io.chromasync.model.ItemKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** Keys that every table read by the job has. Pure. */
public final class TableKeys {

  /** Description of the required keys, for messages. */
  public static final String WANTED =
      "partition key %s and sort key %s, both of type S".formatted(ItemKey.PARTITION, ItemKey.SORT);

  private TableKeys() {}

  /**
   * Returns the keys of a table that differ from the required keys, as in {@code PK (S), SK (N)};
   * null if they are the required keys.
   */
  public static String others(TableDescription table) {
    Map<String, ScalarAttributeType> types =
        table.attributeDefinitions().stream()
            .collect(
                Collectors.toMap(
                    AttributeDefinition::attributeName, AttributeDefinition::attributeType));
    List<String> found = new ArrayList<>();
    boolean ours = table.keySchema().size() == 2;
    for (KeySchemaElement key : table.keySchema()) {
      String name = key.attributeName();
      String wanted = key.keyType() == KeyType.HASH ? ItemKey.PARTITION : ItemKey.SORT;
      ours &= name.equals(wanted) && types.get(name) == ScalarAttributeType.S;
      found.add("%s (%s)".formatted(name, types.get(name)));
    }
    return ours ? null : String.join(", ", found) + (found.size() < 2 ? " and no sort key" : "");
  }

  /** Returns whether a call was rejected because it names keys that the table does not have. */
  public static boolean areRejected(Throwable error) {
    return error instanceof AwsServiceException rejected
        && AwsError.code(rejected).equals("ValidationException")
        && String.valueOf(rejected.awsErrorDetails().errorMessage()).contains("key");
  }
}
