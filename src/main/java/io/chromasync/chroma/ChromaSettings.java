package io.chromasync.chroma;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.PropertyGroup;
import io.chromasync.model.Collection;
import io.chromasync.start.StartWait;
import java.io.Serializable;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * Which Chroma to write to, and how: the group {@code chroma}.
 *
 * @param url of the server, without the API's path and without a slash at its end
 * @param tokenSecretArn the secret that holds the token; null = {@link Token} says
 * @param caCertificate the PEM file of who signs the server's certificate; null = whom Java trusts
 * @param startBudget how long a start waits for what is away
 * @param marksCollection of {@link Mark marks}, in the same database
 * @param maxRecordsPerRequest null = the server's own limit, within {@link ServerProfile}'s cap
 * @param limits those of the target beyond what it announces
 * @param settle how long a request without an answer may still be applied
 * @param maxRejectedInARow how many mutations the server may refuse before the job fails
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
    OnRollback onRollback)
    implements Serializable {

  /** Which limits a record has to keep to. */
  public enum Limits {
    /** None but those that the server announces. */
    SERVER,
    /** {@link CloudLimits}. */
    CLOUD;

    /** As the property spells it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final ConfigOption<String> URL =
      ConfigOptions.key("url")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Where Chroma answers, as in https://chroma.example.com:8000, without /api/v2. Required.");

  static final ConfigOption<String> TENANT =
      ConfigOptions.key("tenant")
          .stringType()
          .defaultValue("default_tenant")
          .withDescription("Chroma's tenant. It must exist.");

  static final ConfigOption<String> DATABASE =
      ConfigOptions.key("database")
          .stringType()
          .defaultValue("default_database")
          .withDescription("Chroma's database in the tenant. It must exist.");

  static final ConfigOption<String> TOKEN_SECRET_ARN =
      ConfigOptions.key("token-secret-arn")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The secret in AWS Secrets Manager that holds Chroma's token, as text or as the value of"
                  + " \"token\" in a JSON object. Sent with every request, as X-Chroma-Token and as"
                  + " Authorization: Bearer; read whenever the job starts or restarts. Not set = the"
                  + " environment variable CHROMASYNC_CHROMA_TOKEN; without it none is sent.");

  static final ConfigOption<String> CA_CERTIFICATE =
      ConfigOptions.key("ca-certificate")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "PEM file of the certificate authorities to trust instead of Java's own, on any file"
                  + " system Flink knows: s3://bucket/ca.pem, file:///path/ca.pem. For a server with"
                  + " a certificate of a private authority.");

  static final ConfigOption<String> WORDS_COLLECTION =
      ConfigOptions.key("words-collection")
          .stringType()
          .defaultValue("words")
          .withDescription("The collection of words; created if missing.");

  static final ConfigOption<String> LINES_COLLECTION =
      ConfigOptions.key("lines-collection")
          .stringType()
          .defaultValue("lines")
          .withDescription("The collection of lines; created if missing.");

  static final ConfigOption<String> MARKS_COLLECTION =
      ConfigOptions.key("marks-collection")
          .stringType()
          .defaultValue("chromasync-marks")
          .withDescription(
              "The collection in which each task of the sink keeps a record that advances with every"
                  + " checkpoint, so that the job notices when Chroma goes back; created if missing."
                  + " It must be backed up and restored together with the others.");

  static final ConfigOption<Integer> MAX_RECORDS_PER_REQUEST =
      ConfigOptions.key("max-records-per-request")
          .intType()
          .noDefaultValue()
          .withDescription(
              "Most records of one request; the server's announced limit holds as well. Not set ="
                  + " the server's limit, at most 1,000, beyond which requests get slower.");

  static final ConfigOption<MemorySize> MAX_BYTES_PER_REQUEST =
      ConfigOptions.key("max-bytes-per-request")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(16))
          .withDescription(
              "Most bytes of one request, unless one record alone has more. Chroma takes no"
                  + " more than 40 MB.");

  static final ConfigOption<Duration> REQUEST_TIMEOUT =
      ConfigOptions.key("request-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription("How long to wait for the answer of one request.");

  static final ConfigOption<Duration> RETRY_BUDGET =
      ConfigOptions.key("retry-budget")
          .durationType()
          .defaultValue(Duration.ofMinutes(5))
          .withDescription(
              "How long one request is tried again while Chroma is busy or away; then the job fails"
                  + " and Flink restarts it from its last checkpoint.");

  static final ConfigOption<Duration> START_BUDGET =
      ConfigOptions.key("start-budget")
          .durationType()
          .defaultValue(Duration.ofMinutes(2))
          .withDescription(
              "How long the job waits at its start for what may be away for a moment: Chroma, and as"
                  + " well DynamoDB, its streams, Kinesis, S3 and Secrets Manager. What time does not"
                  + " help (a wrong name, token or dimension) ends it at once. 0 s = it asks once.");

  static final ConfigOption<Limits> LIMITS =
      ConfigOptions.key("limits")
          .enumType(Limits.class)
          .defaultValue(Limits.SERVER)
          .withDescription(
              "The limits of what is written to: server (those it announces) or cloud (also those of"
                  + " Chroma Cloud: 300 records of a request, 32 keys of a record, 36 bytes of a key,"
                  + " 8,182 of a value, 16,384 of a document, 128 of an id). What is larger is cut or"
                  + " dropped, and counted.");

  static final ConfigOption<Duration> SETTLE =
      ConfigOptions.key("settle")
          .durationType()
          .defaultValue(Duration.ofSeconds(2))
          .withDescription(
              "How long a lane rests after a request whose answer did not come, because the server"
                  + " may still apply it: later than that it must not.");

  static final ConfigOption<Integer> MAX_REJECTED_IN_A_ROW =
      ConfigOptions.key("max-rejected-in-a-row")
          .intType()
          .defaultValue(100)
          .withDescription(
              "What Chroma refuses becomes a dead letter. But when it refuses so many records of"
                  + " one verb and collection in a row and takes none in between, the job fails"
                  + " instead, because then it is not the records.");

  static final ConfigOption<OnRollback> ON_ROLLBACK =
      ConfigOptions.key("on-rollback")
          .enumType(OnRollback.class)
          .defaultValue(OnRollback.FAIL)
          .withDescription(
              "What happens when Chroma holds less than it acknowledged, as after a restore from a"
                  + " backup: fail (the job ends, and says from when to when), repair (everything that"
                  + " the job remembers is written again, and records are named whose vectors it does"
                  + " not keep), or ignore (it is logged and counted).");

  /**
   * Reads nothing else of a job's settings.
   *
   * @throws io.chromasync.config.InvalidSettings with every problem of the group
   */
  public static ChromaSettings alone(ApplicationProperties job) {
    ApplicationProperties own = job.only("chroma");
    ChromaSettings settings = from(own.group("chroma"));
    own.check();
    return settings;
  }

  public static ChromaSettings from(PropertyGroup group) {
    group.retired(
        "token",
        "put the token into AWS Secrets Manager and its ARN into 'token-secret-arn', or the token"
            + " into the environment variable "
            + Token.VARIABLE);
    ChromaSettings settings =
        new ChromaSettings(
            url(group),
            group.get(TENANT),
            group.get(DATABASE),
            given(group.get(TOKEN_SECRET_ARN)),
            given(group.get(CA_CERTIFICATE)),
            group.get(WORDS_COLLECTION),
            group.get(LINES_COLLECTION),
            group.get(MARKS_COLLECTION),
            group.get(MAX_RECORDS_PER_REQUEST),
            group.get(MAX_BYTES_PER_REQUEST).getBytes(),
            group.get(REQUEST_TIMEOUT),
            group.get(RETRY_BUDGET),
            group.get(START_BUDGET),
            group.get(LIMITS),
            group.get(SETTLE),
            group.get(MAX_REJECTED_IN_A_ROW),
            group.get(ON_ROLLBACK));
    settings.check(group);
    return settings;
  }

  /** The server's name of a collection. */
  public String nameOf(Collection collection) {
    return collection == Collection.WORDS ? wordsCollection : linesCollection;
  }

  /**
   * The patience of a start with these settings.
   *
   * @see StartWait#until
   */
  public StartWait startWait() {
    return StartWait.of(startBudget, "chroma." + START_BUDGET.key());
  }

  /** The setting that names a collection, for messages. */
  static String settingOf(Collection collection) {
    return "chroma." + (collection == Collection.WORDS ? WORDS_COLLECTION : LINES_COLLECTION).key();
  }

  String tenantPath() {
    return "/api/v2/tenants/" + segment(tenant);
  }

  String databasePath() {
    return tenantPath() + "/databases/" + segment(database);
  }

  private static URI url(PropertyGroup group) {
    String given = group.require(URL);
    if (given == null || given.isBlank()) {
      return null;
    }
    ChromaUrl url = ChromaUrl.parse(given);
    if (url.isShown()) {
      group.check(url.uri() != null, URL, url.rule());
    } else {
      group.checkUnseen(false, URL, url.rule());
    }
    return url.uri();
  }

  private void check(PropertyGroup group) {
    group.check(
        tokenSecretArn == null || Token.isArn(tokenSecretArn),
        TOKEN_SECRET_ARN,
        "must be like 'arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME'");
    group.check(
        caCertificate == null || url == null || "https".equals(url.getScheme()),
        CA_CERTIFICATE,
        "needs an https URL in 'url'");
    group.check(!tenant.isBlank(), TENANT, "must not be blank");
    group.check(!database.isBlank(), DATABASE, "must not be blank");
    group.check(!wordsCollection.isBlank(), WORDS_COLLECTION, "must not be blank");
    group.check(
        !linesCollection.isBlank() && !linesCollection.equals(wordsCollection),
        LINES_COLLECTION,
        "must name another collection than 'words-collection'");
    group.check(
        !marksCollection.isBlank()
            && !marksCollection.equals(wordsCollection)
            && !marksCollection.equals(linesCollection),
        MARKS_COLLECTION,
        "must name another collection than 'words-collection' and 'lines-collection'");
    group.check(
        maxRecordsPerRequest == null || maxRecordsPerRequest >= 1,
        MAX_RECORDS_PER_REQUEST,
        "must be at least 1");
    group.check(maxBytesPerRequest >= 1, MAX_BYTES_PER_REQUEST, "must be at least 1 b");
    group.check(
        requestTimeout.compareTo(Duration.ofMillis(1)) >= 0,
        REQUEST_TIMEOUT,
        "must be at least 1 ms");
    group.check(!retryBudget.isNegative(), RETRY_BUDGET, "must not be negative");
    group.check(!startBudget.isNegative(), START_BUDGET, "must not be negative");
    group.check(!settle.isNegative(), SETTLE, "must not be negative");
    group.check(maxRejectedInARow >= 1, MAX_REJECTED_IN_A_ROW, "must be at least 1");
  }

  /** A blank value is none. */
  private static String given(String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }

  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
