package io.rapidbyte.testkit.postgres;

import io.rapidbyte.testkit.process.Trees;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The programs of one version, unpacked once per machine and user.
 *
 * <p>The newest version is on the class path. The archives of all versions bear the same name in
 * their jars, so the older ones are jars in a directory: the build puts them into {@code
 * testkit/target/postgres}; the property {@value #DIRECTORY} names another place.
 */
final class PostgresBinaries {
  static final String DIRECTORY = "rapidbyte.postgres.binaries";

  private final Path root;

  private PostgresBinaries(Path root) {
    this.root = root;
  }

  /** The program {@code name}. */
  String program(String name) {
    return root.resolve("bin").resolve(name).toString();
  }

  static PostgresBinaries of(PostgresVersion version) {
    try {
      return version == PostgresVersion.V18 ? fromClassPath(version) : fromJar(version);
    } catch (IOException e) {
      throw PostgresFailures.notExtracted(e);
    }
  }

  private static PostgresBinaries fromClassPath(PostgresVersion version) throws IOException {
    String system = System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
    String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
    try (InputStream archive =
        DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine)) {
      if (archive == null) {
        throw PostgresFailures.binariesMissing(version, "the class path");
      }
      return unpacked(version, version.major() + "-" + archive.available(), archive);
    }
  }

  private static PostgresBinaries fromJar(PostgresVersion version) throws IOException {
    Path jar = directory().resolve("postgres-" + version.major() + ".jar");
    if (!Files.exists(jar)) {
      throw PostgresFailures.binariesMissing(version, jar.toString());
    }
    try (JarFile file = new JarFile(jar.toFile())) {
      JarEntry entry =
          file.stream()
              .filter(candidate -> candidate.getName().endsWith(".txz"))
              .findFirst()
              .orElseThrow(() -> PostgresFailures.binariesMissing(version, jar.toString()));
      try (InputStream archive = file.getInputStream(entry)) {
        return unpacked(version, version.major() + "-" + entry.getCrc(), archive);
      }
    }
  }

  private static Path directory() {
    String named = System.getProperty(DIRECTORY);
    return named != null
        ? Path.of(named)
        : Path.of(System.getProperty("rapidbyte.root", "."), "testkit", "target", "postgres");
  }

  /** Several processes may come here at once: each unpacks aside, the first one's is kept. */
  private static PostgresBinaries unpacked(PostgresVersion version, String id, InputStream archive)
      throws IOException {
    String user = System.getProperty("user.name").toLowerCase(Locale.ROOT);
    Path home = Path.of(System.getProperty("java.io.tmpdir"), "rapidbyte-postgres-" + user);
    Path place = home.resolve(id);
    if (Files.isDirectory(place)) {
      return new PostgresBinaries(place);
    }
    Files.createDirectories(home);
    Path aside = Files.createTempDirectory(home, "unpacking-" + version.major());
    unpack(archive, aside);
    try {
      Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException another) {
      Trees.remove(aside);
    }
    return new PostgresBinaries(place);
  }

  private static void unpack(InputStream archive, Path target) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("the archive points outside of itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          continue;
        }
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
          Files.createLink(path, target.resolve(entry.getLinkName()));
        } else {
          Files.copy(tar, path);
          path.toFile().setExecutable((entry.getMode() & 0100) != 0, false);
        }
      }
    }
  }
}
