package io.chromasync.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemKeysTest {

  @ParameterizedTest
  @CsvSource({
    "IMAGE, partition",
    "RECEIPT#00001, receipt/1",
    "RECEIPT#00123, receipt/123",
    "RECEIPT#123456, receipt/123456",
    "RECEIPT#999999999, receipt/999999999",
    "RECEIPT#00001#LINE#00000, receipt/1/line/0",
    "RECEIPT#00001#LINE#00007, receipt/1/line/7",
    "RECEIPT#00001#LINE#00007#WORD#00002, receipt/1/line/7/word/2",
    "RECEIPT#00001#LINE#00007#WORD#00002#LABEL#TAX, receipt/1/line/7/word/2/label/TAX",
    "RECEIPT#00001#LINE#00007#WORD#00002#LABEL#tax, receipt/1/line/7/word/2/label/TAX",
    "RECEIPT#00001#LINE#00007#WORD#00002#LABEL#A#B c, receipt/1/line/7/word/2/label/A#B C",
    "RECEIPT#00001#LINE#00007#WORD#00002#LABEL#SUBTOTAL SHOULD BE 50.63,"
        + " receipt/1/line/7/word/2/label/SUBTOTAL SHOULD BE 50.63",
    "RECEIPT#00001#PLACE, receipt/1/place",
    "RECEIPT#00001#SECTION#ITEMS, receipt/1/section/ITEMS",
    "RECEIPT#00001#SECTION#SUMMARY, receipt/1/section/SUMMARY",
    "RECEIPT#00001#ROW#00007, receipt/1/row/7",
  })
  void aSortKeyOfOursNamesItsEntity(String sortKey, String path) {
    assertThat(ItemKeys.entity(sortKey)).hasToString(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "image",
        "RECEIPT",
        "receipt#00001",
        "RECEIPT#1",
        "RECEIPT#00000",
        "RECEIPT#000001",
        "RECEIPT#1234567890",
        "RECEIPT#-0001",
        "RECEIPT#٠٠٠٠١",
        "RECEIPT#00001 ",
        "RECEIPT#00001\n",
        "RECEIPT#00001#line#00007",
        "RECEIPT#00001#SUMMARY",
        "RECEIPT#00001#PLACE#X",
        "RECEIPT#00001#SECTION#",
        "RECEIPT#00001#SECTION#ITEMS#X",
        "RECEIPT#00001#COMPACTION_RUN#",
        "RECEIPT#00001#COMPACTION_RUN#a#b",
        "RECEIPT#00001#LINE#00007#PLACE",
        "RECEIPT#00001#LINE#00007#WORD#00002#",
        "RECEIPT#00001#LINE#00007#WORD#00002#LABEL#",
        "RECEIPT#00001#LINE#00007#WORD#00002#LETTER#00003",
        "RECEIPT#00001#LINE#00007#WORD#00002#SPATIAL_ANALYSIS",
        "RECEIPT#00001#LINE_ITEM#00001",
        "RECEIPT#00001#BARCODE#00001",
        "LINE#00007",
        "LINE#00007#WORD#00002",
        "ANYTHING#PLACE",
        "ANYTHING#LABEL#TEST",
        "USER#1",
        "IMAGE#abc"
      })
  void anyOtherSortKeyNamesNothingOfOurs(String sortKey) {
    assertThat(ItemKeys.entity(sortKey)).isNull();
  }

  @Test
  void labelNamesThatDifferInCaseOnlyAreOneEntityWhereverTheJobRuns() {
    assertThat(ItemKeys.entity("RECEIPT#00001#LINE#00007#WORD#00002#LABEL#tip"))
        .isEqualTo(ReceiptKeys.label(1, 7, 2, "TIP"));
  }

  @ParameterizedTest
  @CsvSource({"IMAGE#3f0c, 3f0c", "IMAGE#x y, x y"})
  void aPartitionKeyNamesItsImage(String partitionKey, String image) {
    assertThat(ItemKeys.image(partitionKey)).isEqualTo(image);
  }

  @ParameterizedTest
  @ValueSource(strings = {"IMAGE#", "IMAGE#a#b", "image#a", "LOCK#words#x", "IMAGE", ""})
  void anyOtherPartitionKeyNamesNone(String partitionKey) {
    assertThat(ItemKeys.image(partitionKey)).isNull();
  }
}
