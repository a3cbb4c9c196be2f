package io.chromasync.testing;

/** Puts credentials that only local servers accept where the AWS SDK's default chain looks. */
public final class TestCredentials {

  public static final String REGION = "eu-west-1";

  private TestCredentials() {}

  /** Lets every client of this JVM have them. */
  public static void use() {
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    System.setProperty("aws.region", REGION);
  }
}
