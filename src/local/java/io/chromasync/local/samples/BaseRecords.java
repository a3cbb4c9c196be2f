package io.chromasync.local.samples;

import io.chromasync.local.samples.Sample.Label;
import io.chromasync.local.samples.Sample.Line;
import io.chromasync.local.samples.Sample.Receipt;
import io.chromasync.local.samples.Sample.Word;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The records of a run: what the producer writes into its deltas when it has embedded a receipt.
 *
 * <p>As of that moment: no label has been reviewed, no section is known, and place details other
 * than the name are not written. All that must come from the job.
 */
public final class BaseRecords {

  /** Shorter than in reality, where each delta unpacks to 63 MB: two cores do all of this. */
  public static final int DIMENSION = 384;

  private static final String SOURCE = "openai_embedding_batch";

  private final Receipt receipt;
  private final int run;
  private final String prefix;
  private final List<Word> words;

  private BaseRecords(Receipt receipt, int run) {
    this.receipt = receipt;
    this.run = run;
    this.prefix =
        String.format(Locale.ROOT, "IMAGE#%s#RECEIPT#%05d", receipt.image(), receipt.id());
    this.words = receipt.words().filter(word -> !word.noise()).toList();
  }

  public static List<ChromaRecord> words(Receipt receipt, int run) {
    BaseRecords base = new BaseRecords(receipt, run);
    return base.words.stream().map(base::word).toList();
  }

  public static List<ChromaRecord> lines(Receipt receipt, int run) {
    BaseRecords base = new BaseRecords(receipt, run);
    return receipt.rows().stream().map(base::row).toList();
  }

  private ChromaRecord word(Word word) {
    Map<String, Object> metadata = identity(word.line());
    metadata.put("word_id", word.id());
    metadata.put("text", word.text());
    metadata.put("x", word.box().centreX());
    metadata.put("y", word.box().centreY());
    metadata.put("width", word.box().width());
    metadata.put("height", word.box().height());
    metadata.put("confidence", word.confidence());
    Neighbours beside = Neighbours.of(word, words);
    metadata.put("left", beside.left());
    metadata.put("right", beside.right());
    metadata.put("merchant_name", Objects.requireNonNullElse(merchant(), ""));
    metadata.put("label_status", word.labels().isEmpty() ? "unvalidated" : "auto_suggested");
    word.labels().values().stream()
        .max(Comparator.comparing(Label::addedAt))
        .map(Label::proposedBy)
        .ifPresent(proposer -> metadata.put("label_proposed_by", proposer));
    anchors(metadata, Stream.of(word));
    return record(
        String.format(Locale.ROOT, "%s#LINE#%05d#WORD#%05d", prefix, word.line(), word.id()),
        metadata);
  }

  private ChromaRecord row(List<Integer> lineIds) {
    List<Line> lines = lineIds.stream().map(receipt::line).toList();
    Map<String, Object> metadata = identity(lineIds.get(0));
    metadata.put("text", String.join(" ", lines.stream().map(Line::text).toList()));
    double confidence = lines.stream().mapToDouble(Line::confidence).average().orElseThrow();
    metadata.put("confidence", confidence);
    metadata.put("avg_word_confidence", confidence);
    double x = lines.stream().mapToDouble(line -> line.box().x()).min().orElseThrow();
    double y = lines.stream().mapToDouble(line -> line.box().y()).min().orElseThrow();
    double right = lines.stream().mapToDouble(line -> line.box().right()).max().orElseThrow();
    double top = lines.stream().mapToDouble(line -> line.box().top()).max().orElseThrow();
    metadata.put("x", x);
    metadata.put("y", y);
    metadata.put("width", right - x);
    metadata.put("height", top - y);
    metadata.put("row_line_ids", lineIds.toString());
    if (merchant() != null) {
      metadata.put("merchant_name", merchant());
    }
    List<Word> inRow = lines.stream().flatMap(line -> line.words().stream()).toList();
    boolean labelled = inRow.stream().anyMatch(word -> !word.labels().isEmpty());
    metadata.put("label_status", labelled ? "auto_suggested" : "unvalidated");
    anchors(metadata, inRow.stream());
    return record(String.format(Locale.ROOT, "%s#LINE#%05d", prefix, lineIds.get(0)), metadata);
  }

  private Map<String, Object> identity(int line) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("image_id", receipt.image());
    metadata.put("receipt_id", receipt.id());
    metadata.put("line_id", line);
    metadata.put("source", SOURCE);
    return metadata;
  }

  private String merchant() {
    return receipt.place() == null ? null : TitleCase.of(receipt.place().name().strip());
  }

  /** Phone numbers and addresses of sites in the form by which they are searched. */
  private static void anchors(Map<String, Object> metadata, Stream<Word> words) {
    words
        .map(Word::extracted)
        .filter(extracted -> !extracted.isEmpty())
        .forEach(
            extracted -> {
              String value = extracted.get("value");
              if (extracted.get("type").equals("phone")) {
                metadata.putIfAbsent("normalized_phone_10", value.replaceAll("[^0-9]", ""));
              } else {
                String host = value.toLowerCase(Locale.ROOT).replaceFirst("^www\\.", "");
                metadata.putIfAbsent("normalized_url", host + "/");
              }
            });
  }

  private ChromaRecord record(String id, Map<String, Object> metadata) {
    return new ChromaRecord(id, vector(id, run), (String) metadata.get("text"), metadata);
  }

  /** Of unit length; it tells of which run it is. */
  public static float[] vector(String id, int run) {
    Random random = new Random(31L * id.hashCode() + run);
    double[] raw = random.doubles(DIMENSION, -1, 1).toArray();
    double length = 0;
    for (double value : raw) {
      length += value * value;
    }
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (raw[i] / Math.sqrt(length));
    }
    return vector;
  }
}
