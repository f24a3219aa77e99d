package io.rapidbyte.testkit.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority that lives for a test, by the JDK's own keytool. Its files are in a
 * folder of the caller's.
 */
public final class TestAuthority {
  /** Of every store that it makes. */
  public static final String PASSWORD = "changeit";

  private static final String KEY_ALIAS = "key";
  private final Path folder;
  private final Path store;
  private final Path pem;

  private TestAuthority(Path folder) {
    this.folder = folder;
    this.store = folder.resolve("authority.p12");
    this.pem = folder.resolve("authority.pem");
  }

  /** A new authority, with its files in {@code folder}. */
  public static TestAuthority create(Path folder) {
    TestAuthority authority = new TestAuthority(folder);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    authority.generate(authority.store, "CN=Test Authority", "-ext", "bc:critical=ca:true");
    authority.keytool("-exportcert", "-rfc", "-file", authority.pem.toString(), authority.store);
    return authority;
  }

  /** Its own certificate, for {@code sslrootcert}. */
  public Path pem() {
    return pem;
  }

  /** A PKCS12 trust store with its certificate alone. */
  public Path trustStore() {
    Path trust = folder.resolve("trust.p12");
    if (!Files.exists(trust)) {
      keytool("-importcert", "-noprompt", "-file", pem.toString(), trust);
    }
    return trust;
  }

  /**
   * A server's certificate.
   *
   * @param name for its files
   * @param subject the host that it speaks for, such as {@code ip:127.0.0.1} or {@code dns:db}
   */
  public Signed sign(String name, String subject) {
    Path keys = folder.resolve(name + ".p12");
    Path request = folder.resolve(name + ".csr");
    Path certificate = folder.resolve(name + ".pem");
    generate(keys, "CN=" + name, "-ext", "san=" + subject);
    keytool("-certreq", "-file", request.toString(), keys);
    keytool(
        "-gencert",
        "-rfc",
        "-infile",
        request.toString(),
        "-outfile",
        certificate.toString(),
        "-ext",
        "san=" + subject,
        store);
    importInto(keys, "authority", pem);
    importInto(keys, KEY_ALIAS, certificate);
    return new Signed(certificate, privateKey(keys, folder.resolve(name + ".key")), keys);
  }

  /**
   * A signed certificate.
   *
   * @param certificate as PEM
   * @param key as PEM, readable by its owner alone
   * @param keyStore both, as PKCS12
   */
  public record Signed(Path certificate, Path key, Path keyStore) {}

  private void generate(Path into, String subject, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("-genkeypair", "-keyalg", "EC", "-validity", "2", "-dname", subject));
    arguments.addAll(List.of(more));
    keytool(KEY_ALIAS, arguments, into);
  }

  private void importInto(Path keys, String alias, Path certificate) {
    keytool(alias, List.of("-importcert", "-noprompt", "-file", certificate.toString()), keys);
  }

  private void keytool(Object... argumentsAndStore) {
    List<String> arguments = new ArrayList<>();
    for (Object each : argumentsAndStore) {
      arguments.add(each.toString());
    }
    Path into = Path.of(arguments.removeLast());
    keytool(KEY_ALIAS, arguments, into);
  }

  private static void keytool(String alias, List<String> arguments, Path keys) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(List.of("-alias", alias, "-keystore", keys.toString()));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("keytool " + arguments + ": " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("keytool could not be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while making certificates", e);
    }
  }

  private static Path privateKey(Path keys, Path to) {
    try (InputStream in = Files.newInputStream(keys)) {
      KeyStore loaded = KeyStore.getInstance("PKCS12");
      loaded.load(in, PASSWORD.toCharArray());
      byte[] key = loaded.getKey(KEY_ALIAS, PASSWORD.toCharArray()).getEncoded();
      String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
      Files.createFile(
          to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(
          to, "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key could not be read back", e);
    }
  }
}
