package io.chromasync.chroma;

import io.chromasync.chroma.client.ChromaUrl;
import io.chromasync.chroma.client.Token;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.PropertyGroup;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.EntityTree;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.start.StartRetries;
import java.io.Serializable;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;

/**
 * Connection to Chroma and limits of the writes: the group {@code chroma}.
 *
 * @param url URL of the server, without the API's path and without a trailing slash
 * @param mode effect on the server
 * @param suffix end of the names of shadow collections, which the names below include; else empty
 * @param tokenSecretArn secret that holds the token; null = as described at {@link Token}
 * @param caCertificate PEM file of the certificate authorities to trust; null = Java's defaults
 * @param startBudget maximum time that a start waits for unavailable services
 * @param names server's name of each collection of the domain, in the domain's order
 * @param marksCollection collection of {@link Mark marks}, in the same database
 * @param freshCollection collection of {@link FreshRecords}, in the same database
 * @param maxRecordsPerRequest null = the server's limit, within {@link ServerProfile}'s cap
 * @param limits limits of the target, beyond the limits it announces
 * @param settle maximum time after which a request without a response may still be applied
 * @param maxRejectedInARow number of mutations that the server may reject consecutively before the
 *     job fails
 * @param maxInFlight maximum number of requests in flight, shared by the tasks of the job
 */
public record ChromaSettings(
    URI url,
    Mode mode,
    String suffix,
    String tenant,
    String database,
    String tokenSecretArn,
    String caCertificate,
    Map<CollectionName, String> names,
    String marksCollection,
    String freshCollection,
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

  /** Effect of the job on the server. */
  public enum Mode {
    /** Writes the collections. */
    WRITE,
    /** Writes collections of other names, beside another system. */
    SHADOW,
    /** Writes nothing; counts and logs what it would write. */
    DRY_RUN;

    /** Returns the spelling used in the property. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

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
   * @param tree whose collections are written
   * @throws io.chromasync.config.InvalidSettings with every problem of the group
   */
  public static ChromaSettings alone(ApplicationProperties job, EntityTree tree) {
    ApplicationProperties own = job.only("chroma");
    ChromaSettings settings = from(own.group("chroma"), tree);
    own.check();
    return settings;
  }

  /**
   * Reads and checks the group. Problems are collected in the group, not thrown.
   *
   * @param tree whose collections are written
   */
  public static ChromaSettings from(PropertyGroup group, EntityTree tree) {
    group.retired(
        "token",
        "put the token into AWS Secrets Manager and its ARN into 'token-secret-arn', or the token"
            + " into the environment variable "
            + Token.VARIABLE);
    Mode mode = group.get(ChromaOptions.MODE);
    String given = group.get(ChromaOptions.SHADOW_SUFFIX);
    String suffix = mode == Mode.SHADOW ? given : "";
    ChromaSettings settings =
        new ChromaSettings(
            url(group),
            mode,
            suffix,
            group.get(ChromaOptions.TENANT),
            group.get(ChromaOptions.DATABASE),
            given(group.get(ChromaOptions.TOKEN_SECRET_ARN)),
            given(group.get(ChromaOptions.CA_CERTIFICATE)),
            names(group, tree, suffix),
            group.get(ChromaOptions.MARKS_COLLECTION) + suffix,
            group.get(ChromaOptions.FRESH_COLLECTION) + suffix,
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
    settings.checkShadow(group);
    return settings;
  }

  /** Returns true if records are written, and not only counted. */
  public boolean writes() {
    return mode != Mode.DRY_RUN;
  }

  /** Returns true if this job alone keeps the collections, and so reports the states of runs. */
  public boolean isLive() {
    return mode == Mode.WRITE;
  }

  /** Returns the server's name of a collection. */
  public String nameOf(CollectionName collection) {
    return names.get(collection);
  }

  /** Returns the collections of the domain. */
  public List<CollectionName> collections() {
    return List.copyOf(names.keySet());
  }

  /**
   * Returns the retry policy for the start of a job.
   *
   * @see StartRetries#until
   */
  public StartRetries startRetries() {
    return StartRetries.of(startBudget, "chroma." + ChromaOptions.START_BUDGET.key());
  }

  /** Returns the retry policy of requests. */
  public RetryPolicy retries() {
    return RetryPolicy.STANDARD.within(retryBudget);
  }

  /** Returns the key of the setting that names a collection, for messages. */
  static String settingOf(CollectionName collection) {
    return "chroma." + ChromaOptions.nameOf(collection).key();
  }

  String tenantPath() {
    return "/api/v2/tenants/" + segment(tenant);
  }

  public String databasePath() {
    return tenantPath() + "/databases/" + segment(database);
  }

  private static Map<CollectionName, String> names(
      PropertyGroup group, EntityTree tree, String suffix) {
    Map<CollectionName, String> names = new LinkedHashMap<>();
    for (DomainCollection each : tree.collections()) {
      CollectionName collection = each.collection();
      names.put(collection, group.get(ChromaOptions.nameOf(collection)) + suffix);
    }
    return Collections.unmodifiableMap(names);
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
    checkNames(group);
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

  /** Checks that no shadow collection has the name of a live collection, or of a replaced one. */
  private void checkShadow(PropertyGroup group) {
    if (mode != Mode.SHADOW) {
      return;
    }
    List<String> shadows = new ArrayList<>(names.values());
    shadows.addAll(List.of(marksCollection, freshCollection));
    List<String> live =
        shadows.stream().map(name -> name.substring(0, name.length() - suffix.length())).toList();
    group.check(
        !suffix.isBlank()
            && !suffix.equals(Promotion.REPLACED)
            && live.stream().noneMatch(name -> name.isBlank() || shadows.contains(name)),
        ChromaOptions.SHADOW_SUFFIX,
        "must give each named collection a shadow of another name than any of them, and not be '%s',"
            .formatted(Promotion.REPLACED));
  }

  /** Checks that every collection has a name, and a name that no other collection has. */
  private void checkNames(PropertyGroup group) {
    Map<String, String> settings = new LinkedHashMap<>();
    names.forEach(
        (collection, name) -> checkName(group, ChromaOptions.nameOf(collection), name, settings));
    checkName(group, ChromaOptions.MARKS_COLLECTION, marksCollection, settings);
    checkName(group, ChromaOptions.FRESH_COLLECTION, freshCollection, settings);
  }

  private static void checkName(
      PropertyGroup group, ConfigOption<String> option, String name, Map<String, String> others) {
    group.check(!name.isBlank(), option, "must not be blank");
    group.check(
        !others.containsValue(name),
        option,
        "must name another collection than " + String.join(" and ", others.keySet()));
    others.put("'%s'".formatted(option.key()), name);
  }

  /** Returns null for a blank value. */
  private static String given(String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }

  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
