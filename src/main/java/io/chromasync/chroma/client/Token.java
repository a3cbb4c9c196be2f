package io.chromasync.chroma.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsProblem;
import io.chromasync.chroma.ChromaSettings;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import io.chromasync.config.Secret;
import io.chromasync.start.Unready;
import java.util.Map;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerAsyncClient;

/**
 * Access token of a Chroma server: from AWS Secrets Manager if the settings name a secret, else
 * from the environment variable {@value #VARIABLE}, else none.
 *
 * <p>The token is read by its users: before the job starts, and in each writing task. It is
 * therefore never part of the settings, of the job graph or of state. A job whose token Chroma
 * denies fails, restarts and reads the secret again, so a rotated token needs no manual action.
 */
public final class Token {

  /** Environment variable of the JobManager and TaskManager processes. */
  public static final String VARIABLE = "CHROMASYNC_CHROMA_TOKEN";

  /** Settings to check when the server denies the token. */
  public static final String ADVICE =
      "'chroma.token-secret-arn' or the environment variable " + VARIABLE;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "token";
  private static final String ARN = "arn:[^:]+:secretsmanager:[^:]+:[^:]*:secret:.+";

  private Token() {}

  /**
   * Reads the current token; null if none is to be sent.
   *
   * @throws InvalidSettings if the token cannot be read, or is not a valid header value
   * @throws Unready if Secrets Manager is unavailable for now
   */
  static Secret read(ChromaSettings settings) {
    return read(settings, System.getenv());
  }

  /** Reads the current token, with the given environment variables. */
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
          ("The token of %s must contain only characters that are valid in an HTTP header: visible"
                  + " ASCII characters and spaces (its value is not shown)")
              .formatted(
                  arn == null
                      ? "the environment variable " + VARIABLE
                      : "'%s' ('chroma.token-secret-arn')".formatted(arn)));
    }
    return new Secret(token.strip());
  }

  /** Returns whether a value has the form of the ARN of a secret in AWS Secrets Manager. */
  public static boolean isArn(String value) {
    return value.matches(ARN);
  }

  private static String secret(String arn) {
    String setting = "chroma.token-secret-arn";
    AwsAccess access = new AwsAccess(arn.split(":", -1)[3], null, setting, setting);
    try (SecretsManagerAsyncClient client = AwsClients.secrets(access)) {
      return client.getSecretValue(request -> request.secretId(arn)).join().secretString();
    } catch (CompletionException | SdkException e) {
      String problem =
          new AwsProblem("Secrets Manager", access, "secretsmanager:GetSecretValue on it")
              .describe(e);
      throw Unready.orInvalid(
          e, "The secret '%s' ('%s') cannot be read: %s".formatted(arn, setting, problem));
    }
  }

  /** A secret created in the AWS console is a JSON object; the token is the value of one key. */
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
      // The exception's message would quote the secret.
    }
    throw new InvalidSettings(
        ("The secret '%s' ('chroma.token-secret-arn') must be the token itself, or a JSON object"
                + " with the token as the string \"%s\"")
            .formatted(arn, KEY));
  }
}
