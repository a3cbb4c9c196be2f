package io.chromasync.chroma.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.Settings;
import io.chromasync.config.InvalidSettings;
import io.chromasync.start.Unready;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate that {@code keytool} has just made, and that nobody else knows. */
class PrivateAuthorityTest {

  private static final String PASSWORD = "password";

  @TempDir private Path folder;

  private HttpsServer server;
  private URI url;

  @BeforeEach
  void start() throws Exception {
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=chroma", "-ext", "SAN=ip:127.0.0.1");
    keytool("-exportcert", "-rfc", "-file", pem().toString());
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context()));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("{}".getBytes(UTF_8));
          exchange.close();
        });
    server.start();
    url = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aServerOfThatAuthorityIsTrusted() throws Exception {
    assertThat(HttpChroma.of(settings(pem().toUri().toString())).get("/").get().status())
        .isEqualTo(200);
  }

  @Test
  void c04TheFileIsTheOneThatIsNamed() throws Exception {
    Path named = Files.copy(pem(), folder.resolve("our authority #1 50%20off ü.pem"));

    for (String file : List.of(named.toString(), named.toUri().toString())) {
      assertThat(HttpChroma.of(settings(file)).get("/").get().status()).isEqualTo(200);
    }
  }

  @Test
  void withoutItTheServerIsNot() {
    assertThatThrownBy(() -> HttpChroma.of(Settings.of(url)).get("/").get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void c10ACertificateThatIsNotTrustedIsFinalAndSaysSo() {
    assertThatThrownBy(() -> Preflight.run(Settings.of(url)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith(
            "Chroma does not respond at '%s' ('chroma.url'): its certificate is not trusted (", url)
        .hasMessageContaining("check 'chroma.ca-certificate'");
  }

  @Test
  void c10AHostThatIsNotInTheCertificateSaysSo() {
    URI other = URI.create("https://localhost:" + url.getPort());

    assertThatThrownBy(
            () ->
                Preflight.run(
                    Settings.of(other, Map.of("ca-certificate", pem().toUri().toString()))))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("the host of 'chroma.url' is in the certificate");
  }

  @Test
  void c10HttpOnAPortOfHttpsSaysSo() {
    URI plain = URI.create("http://127.0.0.1:" + url.getPort());

    assertThatThrownBy(() -> Preflight.run(Settings.of(plain)))
        .isInstanceOf(Unready.class)
        .hasMessage(
            ("Chroma does not respond at '%s' ('chroma.url'): the connection was closed without a"
                    + " response; if the server speaks TLS, 'chroma.url' must begin with https://")
                .formatted(plain));
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    String missing = folder.resolve("none.pem").toUri().toString();

    assertThatThrownBy(() -> HttpChroma.of(settings(missing)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith("The file '%s' ('chroma.ca-certificate') must be a PEM", missing);
  }

  @Test
  void aFileWithoutACertificateIsNamed() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    Path other = Files.writeString(folder.resolve("other.pem"), "no certificate");

    for (Path file : List.of(empty, other)) {
      assertThatThrownBy(() -> HttpChroma.of(settings(file.toUri().toString())))
          .isInstanceOf(InvalidSettings.class)
          .hasMessageContaining("'chroma.ca-certificate'")
          .hasMessageContaining(file.getFileName().toString());
    }
  }

  @Test
  void itIsOfNoUseWithoutTls() {
    Map<String, String> plain =
        Map.of("url", "http://localhost", "ca-certificate", "file:///etc/ca.pem");

    assertThatThrownBy(() -> Settings.read(plain))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("'ca-certificate' in group 'chroma' needs an https URL");
  }

  private ChromaSettings settings(String file) {
    return Settings.of(url, Map.of("ca-certificate", file));
  }

  private Path pem() {
    return folder.resolve("ca.pem");
  }

  private SSLContext context() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private void keytool(String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "chroma", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", folder.resolve("keys.p12").toString()));
    command.addAll(List.of("-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor()).as("exit code of keytool").isZero();
  }
}
