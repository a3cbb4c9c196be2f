package io.chromasync.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
import java.io.IOException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DeadLetterJsonLaws {

  @Property
  void aLetterIsReadAsItWasWrittenAndItsChangeIsRedriven(@ForAll("letters") DeadLetter letter)
      throws IOException {
    String line = DeadLetterJson.line(letter);
    ItemChange was = letter.change();

    assertThat(line).doesNotContain("\n");
    assertThat(DeadLetterJson.parse(line))
        .isEqualTo(
            new DeadLetter(
                new ItemChange(
                    was.operation(),
                    was.partitionKey(),
                    was.sortKey(),
                    was.newItem(),
                    was.oldItem(),
                    was.version(),
                    was.origin(),
                    true),
                letter.entity(),
                letter.reason(),
                letter.detail()));
  }

  @Property
  void whatIsNoLetterIsRefusedWithoutItsContent(
      @ForAll("letters") DeadLetter letter, @ForAll int position, @ForAll char replaced) {
    StringBuilder line = new StringBuilder(DeadLetterJson.line(letter));
    line.setCharAt(Math.floorMod(position, line.length()), replaced);
    try {
      DeadLetterJson.parse(line.toString());
    } catch (IOException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  @Example
  void theFormatIsAPromise() {
    ItemChange change =
        new ItemChange(null, null, "SK", "no JSON", "{}", new Version(7_000_000, "42"), "here");

    assertThat(DeadLetterJson.line(new DeadLetter(change, null, Reason.UNPARSABLE, "why")))
        .isEqualTo(
            """
            {"reason":"unparsable","entity":null,"time":"1970-01-01T00:00:07Z","detail":"why",\
            "origin":"here","record":{"eventName":null,"dynamodb":{"Keys":{"SK":{"S":"SK"}},\
            "NewImage":"no JSON","OldImage":{},"SequenceNumber":"42",\
            "ApproximateCreationDateTimeMicros":7000000}}}""");
  }

  @Example
  void aLineWithoutARecordIsRefused() {
    assertThatThrownBy(() -> DeadLetterJson.parse("{\"reason\":\"too_late\"}"))
        .isInstanceOf(IOException.class)
        .hasMessage("it has no 'eventName'");
    assertThatThrownBy(() -> DeadLetterJson.parse("[1]")).hasMessage("it is no JSON object");
  }

  @Provide
  Arbitrary<DeadLetter> letters() {
    Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(20).injectNull(0.2);
    Arbitrary<String> items =
        Arbitraries.of(
                "{\"PK\":{\"S\":\"IMAGE#a\"},\"n\":{\"N\":\"1.50\"}}", "{\"x\":", "no JSON", "[1]")
            .injectNull(0.3);
    Arbitrary<Version> versions =
        Combinators.combine(
                Arbitraries.longs().between(0, 4_000_000_000_000_000L),
                Arbitraries.strings().numeric().ofMaxLength(40))
            .as(Version::new);
    Arbitrary<ItemChange> changes =
        Combinators.combine(
                Arbitraries.of(Operation.class).injectNull(0.1),
                texts,
                texts,
                items,
                items,
                versions,
                texts)
            .as(ItemChange::new);
    return Combinators.combine(changes, texts, Arbitraries.of(Reason.class), texts)
        .as(DeadLetter::new);
  }
}
