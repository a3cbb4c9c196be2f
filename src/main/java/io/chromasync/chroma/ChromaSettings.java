package io.chromasync.chroma;

import io.chromasync.chroma.client.ChromaUrl;
import io.chromasync.chroma.client.Token;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.PropertyGroup;
import io.chromasync.model.Collection;
import io.chromasync.model.UpdateKeys;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.start.StartWait;
import java.io.Serializable;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Connection to Chroma and limits of the writes: the group {@code chroma}.
 *
 * @param url URL of the server, without the API's path and without a trailing slash
 * @param tokenSecretArn secret that holds the token; null = as described at {@link Token}
 * @param caCertificate PEM file of the certificate authorities to trust; null = Java's defaults
 * @param startBudget maximum time that a start waits for unavailable services
 * @param marksCollection collection of {@link Mark marks}, in the same database
 * @param maxRecordsPerRequest null = the server's limit, within {@link ServerProfile}'s cap
 * @param limits limits of the target, beyond the limits it announces
 * @param settle maximum time after which a request without a response may still be applied
 * @param maxRejectedInARow number of mutations that the server may reject consecutively before the
 *     job fails
 * @param maxInFlight maximum number of requests in flight, shared by the tasks of the job
 */
public record ChromaSettings(
    URI url,
    String tenant,
    String database,
    String tokenSecretArn,
    String caCertificate,
    String wordsCollection,
    String linesCollection,
    String marksCollection,
    Integer maxRecordsPerRequest,
    long maxBytesPerRequest,
    Duration requestTimeout,
    Duration retryBudget,
    Duration startBudget,
    Limits limits,
    Duration settle,
    int maxRejectedInARow,
    int maxInFlight,
    OnRollback onRollback,
    UpdateKeys updateKeys)
    implements Serializable {

  /** Limits that every record must respect. */
  public enum Limits {
    /** Only the limits that the server announces. */
    SERVER,
    /** Also the limits of Chroma Cloud, as in {@link CloudLimits}. */
    CLOUD;

    /** Returns the spelling used in the property. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads this group alone and ignores all other settings of a job.
   *
   * @throws io.chromasync.config.InvalidSettings with every problem of the group
   */
  public static ChromaSettings alone(ApplicationProperties job) {
    ApplicationProperties own = job.only("chroma");
    ChromaSettings settings = from(own.group("chroma"));
    own.check();
    return settings;
  }

  private static final Collection WORDS = new Collection("words");
  private static final Collection LINES = new Collection("lines");

  /** Reads and checks the group. Problems are collected in the group, not thrown. */
  public static ChromaSettings from(PropertyGroup group) {
    group.retired(
        "token",
        "put the token into AWS Secrets Manager and its ARN into 'token-secret-arn', or the token"
            + " into the environment variable "
            + Token.VARIABLE);
    ChromaSettings settings =
        new ChromaSettings(
            url(group),
            group.get(ChromaOptions.TENANT),
            group.get(ChromaOptions.DATABASE),
            given(group.get(ChromaOptions.TOKEN_SECRET_ARN)),
            given(group.get(ChromaOptions.CA_CERTIFICATE)),
            group.get(ChromaOptions.WORDS_COLLECTION),
            group.get(ChromaOptions.LINES_COLLECTION),
            group.get(ChromaOptions.MARKS_COLLECTION),
            group.get(ChromaOptions.MAX_RECORDS_PER_REQUEST),
            group.get(ChromaOptions.MAX_BYTES_PER_REQUEST).getBytes(),
            group.get(ChromaOptions.REQUEST_TIMEOUT),
            group.get(ChromaOptions.RETRY_BUDGET),
            group.get(ChromaOptions.START_BUDGET),
            group.get(ChromaOptions.LIMITS),
            group.get(ChromaOptions.SETTLE),
            group.get(ChromaOptions.MAX_REJECTED_IN_A_ROW),
            group.get(ChromaOptions.MAX_IN_FLIGHT),
            group.get(ChromaOptions.ON_ROLLBACK),
            group.get(ChromaOptions.UPDATE_KEYS));
    settings.check(group);
    return settings;
  }

  /** Returns the server's name of a collection. */
  public String nameOf(Collection collection) {
    return collection.equals(WORDS) ? wordsCollection : linesCollection;
  }

  /** Returns the collections of the domain. */
  public List<Collection> collections() {
    return List.of(WORDS, LINES);
  }

  /**
   * Returns the retry policy for the start of a job.
   *
   * @see StartWait#until
   */
  public StartWait startWait() {
    return StartWait.of(startBudget, "chroma." + ChromaOptions.START_BUDGET.key());
  }

  /** Returns the retry policy of requests. */
  public RetryPolicy retries() {
    return RetryPolicy.STANDARD.within(retryBudget);
  }

  /** Returns the key of the setting that names a collection, for messages. */
  static String settingOf(Collection collection) {
    return "chroma."
        + (collection.equals(WORDS)
                ? ChromaOptions.WORDS_COLLECTION
                : ChromaOptions.LINES_COLLECTION)
            .key();
  }

  String tenantPath() {
    return "/api/v2/tenants/" + segment(tenant);
  }

  String databasePath() {
    return tenantPath() + "/databases/" + segment(database);
  }

  private static URI url(PropertyGroup group) {
    String given = group.require(ChromaOptions.URL);
    if (given == null || given.isBlank()) {
      return null;
    }
    ChromaUrl url = ChromaUrl.parse(given);
    if (url.isShown()) {
      group.check(url.uri() != null, ChromaOptions.URL, url.rule());
    } else {
      group.checkUnseen(false, ChromaOptions.URL, url.rule());
    }
    return url.uri();
  }

  private void check(PropertyGroup group) {
    group.check(
        tokenSecretArn == null || Token.isArn(tokenSecretArn),
        ChromaOptions.TOKEN_SECRET_ARN,
        "must be like 'arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME'");
    group.check(
        caCertificate == null || url == null || "https".equals(url.getScheme()),
        ChromaOptions.CA_CERTIFICATE,
        "needs an https URL in 'url'");
    group.check(!tenant.isBlank(), ChromaOptions.TENANT, "must not be blank");
    group.check(!database.isBlank(), ChromaOptions.DATABASE, "must not be blank");
    group.check(!wordsCollection.isBlank(), ChromaOptions.WORDS_COLLECTION, "must not be blank");
    group.check(
        !linesCollection.isBlank() && !linesCollection.equals(wordsCollection),
        ChromaOptions.LINES_COLLECTION,
        "must name another collection than 'words-collection'");
    group.check(
        !marksCollection.isBlank()
            && !marksCollection.equals(wordsCollection)
            && !marksCollection.equals(linesCollection),
        ChromaOptions.MARKS_COLLECTION,
        "must name another collection than 'words-collection' and 'lines-collection'");
    group.check(
        maxRecordsPerRequest == null || maxRecordsPerRequest >= 1,
        ChromaOptions.MAX_RECORDS_PER_REQUEST,
        "must be at least 1");
    group.check(
        maxBytesPerRequest >= 1, ChromaOptions.MAX_BYTES_PER_REQUEST, "must be at least 1 b");
    group.check(
        requestTimeout.compareTo(Duration.ofMillis(1)) >= 0,
        ChromaOptions.REQUEST_TIMEOUT,
        "must be at least 1 ms");
    group.check(!retryBudget.isNegative(), ChromaOptions.RETRY_BUDGET, "must not be negative");
    group.check(!startBudget.isNegative(), ChromaOptions.START_BUDGET, "must not be negative");
    group.check(!settle.isNegative(), ChromaOptions.SETTLE, "must not be negative");
    group.check(maxRejectedInARow >= 1, ChromaOptions.MAX_REJECTED_IN_A_ROW, "must be at least 1");
    group.check(maxInFlight >= 1, ChromaOptions.MAX_IN_FLIGHT, "must be at least 1");
  }

  /** Returns null for a blank value. */
  private static String given(String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }

  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
