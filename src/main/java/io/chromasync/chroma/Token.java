package io.chromasync.chroma;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.aws.AwsErrors;
import io.chromasync.aws.AwsProblem;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import io.chromasync.config.Secret;
import io.chromasync.start.Unready;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerAsyncClient;

/**
 * The token that a Chroma server wants to see: from AWS Secrets Manager if the settings name a
 * secret, else from the environment variable {@value #VARIABLE}, else none.
 *
 * <p>It is read where it is used, before there is a job and in each task that writes, so it is
 * never part of the settings, of the job graph or of state. A job that Chroma refuses fails and is
 * restarted, and then reads the secret anew: a token that was changed needs nobody's hand.
 */
final class Token {

  /** Of the JobManager's and the TaskManagers' processes. */
  static final String VARIABLE = "CHROMASYNC_CHROMA_TOKEN";

  /** What to look at when the server refuses it. */
  static final String ADVICE = "'chroma.token-secret-arn' or the environment variable " + VARIABLE;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CALL = Duration.ofSeconds(30);
  private static final String KEY = "token";
  private static final String ARN = "arn:[^:]+:secretsmanager:[^:]+:[^:]*:secret:.+";

  private Token() {}

  /**
   * The token as it is now; null if none is to be sent.
   *
   * @throws InvalidSettings if it cannot be had, or is none that a header can hold
   * @throws Unready if Secrets Manager does not give it for now
   */
  static Secret read(ChromaSettings settings) {
    return read(settings, System.getenv());
  }

  /** As above, with the variables of any environment. */
  static Secret read(ChromaSettings settings, Map<String, String> environment) {
    String arn = settings.tokenSecretArn();
    String token = arn == null ? environment.get(VARIABLE) : within(arn, secret(arn));
    if (token == null || token.isBlank()) {
      if (arn != null) {
        throw new InvalidSettings(
            "The secret '%s' ('chroma.token-secret-arn') is empty: put Chroma's token into it"
                .formatted(arn));
      }
      return null;
    }
    if (!token.strip().matches("[\\x20-\\x7E]+")) {
      throw new InvalidSettings(
          "The token of %s must hold only what every HTTP header can: visible ASCII characters and spaces (its value is not shown)"
              .formatted(
                  arn == null
                      ? "the environment variable " + VARIABLE
                      : "'%s' ('chroma.token-secret-arn')".formatted(arn)));
    }
    return new Secret(token.strip());
  }

  static boolean isArn(String value) {
    return value.matches(ARN);
  }

  private static String secret(String arn) {
    Region region = Region.of(arn.split(":", -1)[3]);
    try (SecretsManagerAsyncClient client =
        SecretsManagerAsyncClient.builder()
            .region(region)
            .overrideConfiguration(o -> o.apiCallTimeout(CALL))
            .build()) {
      return client.getSecretValue(request -> request.secretId(arn)).join().secretString();
    } catch (CompletionException | SdkException e) {
      String sentence =
          "The secret '%s' ('chroma.token-secret-arn') cannot be read: %s"
              .formatted(arn, problem(region, e));
      throw AwsErrors.isTransient(e) ? new Unready(sentence) : new InvalidSettings(sentence);
    }
  }

  private static String problem(Region region, Throwable error) {
    AwsAccess access =
        new AwsAccess(region.id(), null, "chroma.token-secret-arn", "chroma.token-secret-arn");
    return new AwsProblem("Secrets Manager", access, "secretsmanager:GetSecretValue on it")
        .describe(error);
  }

  /** A secret that the console made is a JSON object; of it, the value of one key. */
  private static String within(String arn, String secret) {
    if (secret == null || !secret.strip().startsWith("{")) {
      return secret;
    }
    try {
      JsonNode token = JSON.readTree(secret).path(KEY);
      if (token.isTextual()) {
        return token.asText();
      }
    } catch (JsonProcessingException notShown) {
      // Its message would quote the secret.
    }
    throw new InvalidSettings(
        "The secret '%s' ('chroma.token-secret-arn') must be the token itself, or a JSON object with it as the text of \"%s\""
            .formatted(arn, KEY));
  }
}
