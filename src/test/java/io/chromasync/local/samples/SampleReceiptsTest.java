package io.chromasync.local.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.samples.Sample.Image;
import io.chromasync.local.samples.Sample.Line;
import io.chromasync.local.samples.Sample.Receipt;
import io.chromasync.local.samples.Sample.Word;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sample receipts are like those of the table they stand for. */
final class SampleReceiptsTest {

  private static final List<Image> IMAGES = new SampleReceipts(7).images(60);

  @Test
  void sizesAreThoseOfRealReceipts() {
    double receipts = receipts().count();
    assertThat(receipts().mapToInt(receipt -> receipt.lines().size()).sum() / receipts)
        .as("lines per receipt")
        .isBetween(42.0, 62.0);
    assertThat(words().count() / receipts).as("words per receipt").isBetween(90.0, 140.0);
    assertThat(receipts().mapToInt(receipt -> receipt.rows().size()).sum() / receipts)
        .as("rows per receipt")
        .isBetween(25.0, 45.0);
    assertThat(receipts / IMAGES.size()).as("receipts per image").isBetween(1.1, 1.6);
    assertThat(labels().count() / (double) words().count()).as("labels").isBetween(0.35, 0.65);
  }

  @Test
  void everyKindOfTroubleOccurs() {
    assertThat(labels().map(Sample.Label::status))
        .contains("VALID", "INVALID", "PENDING", "NONE", "NEEDS_REVIEW");
    assertThat(labels().map(Sample.Label::name)).contains("SUBTOTAL SHOULD BE 50.63");
    assertThat(labels().map(Sample.Label::proposedBy)).containsNull();
    assertThat(words().map(Word::noise)).contains(true, false);
    assertThat(receipts().map(Receipt::place)).containsNull();
    assertThat(receipts().flatMap(receipt -> receipt.rows().stream()).map(List::size))
        .contains(1, 2);
  }

  @Test
  void theSameSeedGivesTheSameReceipts() {
    assertThat(new SampleReceipts(7).images(60)).isEqualTo(IMAGES);
    assertThat(new SampleReceipts(8).images(60)).isNotEqualTo(IMAGES);
  }

  @Test
  void idsAreUuidsOfVersionFour() {
    assertThat(IMAGES)
        .allSatisfy(
            image -> {
              UUID id = UUID.fromString(image.id());
              assertThat(id.version()).isEqualTo(4);
              assertThat(id.variant()).isEqualTo(2);
            });
    assertThat(IMAGES.stream().map(Image::id)).doesNotHaveDuplicates();
  }

  @Test
  void linesLieOnTheReceiptFromTheTopDownwardsAndHoldTheirWords() {
    assertThat(receipts())
        .allSatisfy(
            receipt -> {
              List<Line> lines = receipt.lines();
              assertThat(lines.get(0).box().y()).isGreaterThan(0.9);
              assertThat(lines.get(lines.size() - 1).box().y()).isBetween(-0.02, 0.1);
              assertThat(lines)
                  .allSatisfy(
                      line ->
                          assertThat(line.words())
                              .allSatisfy(
                                  word -> {
                                    assertThat(word.box().x())
                                        .isGreaterThanOrEqualTo(line.box().x());
                                    assertThat(word.box().right())
                                        .isLessThan(line.box().right() + 1e-9);
                                  }));
            });
  }

  @Test
  void everyLineIsInExactlyOneRowExceptNoise() {
    assertThat(receipts())
        .allSatisfy(
            receipt ->
                assertThat(receipt.rows().stream().flatMap(List::stream))
                    .containsExactlyInAnyOrderElementsOf(
                        receipt.lines().stream()
                            .filter(line -> !line.noise())
                            .map(Line::id)
                            .toList()));
  }

  @Test
  void itemsHaveDistinctKeysAndAType() {
    IMAGES.forEach(
        image ->
            assertThat(SampleItems.of(image))
                .allSatisfy(
                    (sortKey, item) -> {
                      assertThat(item.get("PK").s()).isEqualTo("IMAGE#" + image.id());
                      assertThat(item.get("SK").s()).isEqualTo(sortKey);
                      assertThat(item.get("TYPE").s()).isNotBlank();
                    }));
  }

  @Test
  void everyWordButNoiseAndEveryRowHasARecordWithAVectorOfUnitLength() {
    // Given
    Receipt receipt = IMAGES.get(0).receipts().get(1);

    // When
    List<ChromaRecord> words = BaseRecords.words(receipt, 1);
    List<ChromaRecord> lines = BaseRecords.lines(receipt, 1);

    // Then
    assertThat(words).hasSize((int) receipt.words().filter(word -> !word.noise()).count());
    assertThat(lines).hasSize(receipt.rows().size());
    Set<String> ids = new HashSet<>();
    Stream.concat(words.stream(), lines.stream())
        .forEach(
            record -> {
              assertThat(ids.add(record.id())).as(record.id()).isTrue();
              double length = 0;
              for (float value : record.vector()) {
                length += value * value;
              }
              assertThat(length).isBetween(0.999, 1.001);
              assertThat(record.vector()).hasSize(BaseRecords.DIMENSION);
            });
  }

  @Test
  void neighboursAreTheWordsOfTheSameLineAndTheEdge() {
    // Given
    Receipt receipt = IMAGES.get(0).receipts().get(1);
    Line returns =
        receipt.lines().stream()
            .filter(line -> line.text().startsWith("RETURNS WITHIN"))
            .findFirst()
            .orElseThrow();
    List<Word> words = receipt.words().filter(word -> !word.noise()).toList();

    // When
    Neighbours within = Neighbours.of(returns.words().get(1), words);
    Neighbours last = Neighbours.of(returns.words().get(5), words);

    // Then
    assertThat(within.right()).isEqualTo("30");
    assertThat(last.left()).as("the farther of two").isEqualTo("DAYS");
    assertThat(returns.words().get(5).text()).isEqualTo("RECEIPT");
  }

  @Test
  void titleCaseIsPythons() {
    assertThat(
            Map.of(
                "7-eleven", "7-Eleven",
                "joe's", "Joe'S",
                "CVS pharmacy", "Cvs Pharmacy",
                "Green Grocer #7", "Green Grocer #7"))
        .allSatisfy((name, title) -> assertThat(TitleCase.of(name)).isEqualTo(title));
  }

  private static Stream<Receipt> receipts() {
    return IMAGES.stream().flatMap(image -> image.receipts().values().stream());
  }

  private static Stream<Word> words() {
    return receipts().flatMap(Receipt::words);
  }

  private static Stream<Sample.Label> labels() {
    return words().flatMap(word -> word.labels().values().stream());
  }
}
