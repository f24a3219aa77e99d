package io.rapidbyte.wasm.compile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import run.endive.compiler.Cache;

/**
 * Compiled modules as files, which only their owner may read or write. What stands in them is run,
 * so each carries a keyed hash of its contents, of the module's digest and of the compiler's
 * version; what does not fit, whoever wrote it, is never executed but compiled again. A cache that
 * does not work is no fault: the module is compiled.
 */
public final class DiskCache {
  /** Rises when what is stored here changes. */
  private static final String FORMAT = "rapidbyte-1";

  private static final String MAC = "HmacSHA256";
  private static final int MAC_BYTES = 32;
  private static final long MAX_BYTES = 256L << 20;

  private final Path directory;
  private final byte[] key;
  private final String compiler;
  private final CacheObserver observer;

  /** Told of what the cache does. */
  public interface CacheObserver {
    /** An entry was not what was written: it is compiled again. */
    void refused(Path entry, String why);
  }

  private DiskCache(Path directory, byte[] key, String compiler, CacheObserver observer) {
    this.directory = directory;
    this.key = key;
    this.compiler = compiler;
    this.observer = observer;
  }

  /**
   * A cache in a directory, which is made where it is not there.
   *
   * @throws IOException where it cannot be made, or others may write to it
   */
  public static DiskCache open(Path directory, CacheObserver observer) throws IOException {
    makePrivate(directory);
    byte[] key = key(directory.resolve("key"));
    return new DiskCache(directory, key, compilerVersion(), observer);
  }

  private static void makePrivate(Path directory) throws IOException {
    Files.createDirectories(directory);
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(directory + " is no directory");
    }
    if (isPosix(directory)) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** The installation's key: made once, for the owner's eyes. */
  private static byte[] key(Path file) throws IOException {
    byte[] key = readPrivate(file);
    if (key != null && key.length == MAC_BYTES) {
      return key;
    }
    Files.deleteIfExists(file);
    byte[] fresh = new byte[MAC_BYTES];
    new SecureRandom().nextBytes(fresh);
    write(file, fresh);
    byte[] written = readPrivate(file); // another process may have been faster
    if (written == null || written.length != MAC_BYTES) {
      throw new IOException(file + " does not hold what was written to it");
    }
    return written;
  }

  /** The entry of one module. */
  Cache entry(String digest) {
    Path file = directory.resolve(digest + "-" + compiler + ".code");
    return new Cache() {
      @Override
      public byte @Nullable [] get(String ignored) {
        return load(file, digest);
      }

      @Override
      public void putIfAbsent(String ignored, byte[] code) {
        store(file, digest, code);
      }
    };
  }

  private byte @Nullable [] load(Path file, String digest) {
    try {
      byte[] stored = readPrivate(file);
      if (stored == null) {
        return null;
      }
      byte[] code = Arrays.copyOfRange(stored, Math.min(MAC_BYTES, stored.length), stored.length);
      byte[] mac = Arrays.copyOf(stored, MAC_BYTES);
      if (MessageDigest.isEqual(mac, mac(digest, code))) {
        return code;
      }
      observer.refused(file, "its contents are not what was written");
    } catch (IOException e) {
      observer.refused(file, String.valueOf(e.getMessage()));
    }
    return null;
  }

  private void store(Path file, String digest, byte[] code) {
    try {
      byte[] mac = mac(digest, code);
      byte[] all = Arrays.copyOf(mac, mac.length + code.length);
      System.arraycopy(code, 0, all, mac.length, code.length);
      write(file, all);
    } catch (IOException e) {
      observer.refused(file, "it cannot be written: " + e.getMessage());
    }
  }

  private byte[] mac(String digest, byte[] code) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      mac.update((digest + '\n' + compiler + '\n').getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(code);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + MAC, e);
    }
  }

  private static String compilerVersion() {
    return FORMAT
        + "-endive-"
        + run.endive.wasm.Version.version()
        + "-"
        + Runtime.version().feature();
  }

  /** A file's bytes, null where there is none; refused where others could have written it. */
  private static byte @Nullable [] readPrivate(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("it is no plain file");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("it has more than " + MAX_BYTES + " bytes");
    }
    if (isPosix(file)) {
      Set<PosixFilePermission> permissions =
          Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
      if (permissions.contains(PosixFilePermission.GROUP_WRITE)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new IOException("others may write to it");
      }
    }
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path draft = Files.createTempFile(directory, "draft", ".tmp"); // its owner's alone
    try {
      Files.write(draft, bytes, StandardOpenOption.TRUNCATE_EXISTING);
      try {
        Files.move(
            draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
