package io.chromasync.chroma.client;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.config.FolderUri;
import io.chromasync.config.InvalidSettings;
import io.chromasync.start.FileErrors;
import io.chromasync.start.Unready;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.flink.core.fs.Path;

/** Trust in the certificate authorities of a PEM file only. */
public final class PrivateAuthority {

  private PrivateAuthority() {}

  /**
   * Returns the TLS context for the configured authorities; null = Java's defaults.
   *
   * @throws InvalidSettings if the file cannot be read or contains no certificate
   * @throws Unready if its file system is unavailable for now
   */
  static SSLContext trusted(ChromaSettings settings) {
    String file = settings.caCertificate();
    return file == null ? null : trusting(file);
  }

  private static SSLContext trusting(String file) {
    Path path = FolderUri.path(file);
    try (InputStream pem = path.getFileSystem().open(path)) {
      Collection<? extends Certificate> authorities =
          CertificateFactory.getInstance("X.509").generateCertificates(pem);
      if (authorities.isEmpty()) {
        throw new InvalidSettings(
            "The file '%s' ('chroma.ca-certificate') holds no certificate in PEM form"
                .formatted(file));
      }
      return context(authorities);
    } catch (IOException | GeneralSecurityException e) {
      String sentence =
          "The file '%s' ('chroma.ca-certificate') must be a PEM file of certificates that the job may read: %s: %s"
              .formatted(file, e.getClass().getSimpleName(), e.getMessage());
      if (e instanceof IOException failure && FileErrors.isTransient(file, failure)) {
        throw new Unready(sentence);
      }
      throw new InvalidSettings(sentence);
    }
  }

  private static SSLContext context(Collection<? extends Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate authority : authorities) {
      store.setCertificateEntry("authority-" + number++, authority);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
