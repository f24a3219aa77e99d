package io.rapidbyte.wasm.module;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.wasm.module.Sections.Section;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/**
 * A module that may run: core wasm32, of ABI v1, with a manifest. Immutable; nothing has run yet.
 */
public final class GuestModule {
  private final String digest;
  private final int size;
  private final Manifest manifest;
  private final WasmModule parsed;

  private GuestModule(String digest, int size, Manifest manifest, WasmModule parsed) {
    this.digest = digest;
    this.size = size;
    this.manifest = manifest;
    this.parsed = parsed;
  }

  /**
   * Reads and judges a module.
   *
   * @param maxBytes the most that the file may have
   * @throws RapidbyteException a code of {@link ModuleFaults}, with the mend
   */
  public static GuestModule load(Path file, int maxBytes) {
    try (InputStream in = Files.newInputStream(file)) {
      return load(in.readNBytes(maxBytes == Integer.MAX_VALUE ? maxBytes : maxBytes + 1), maxBytes);
    } catch (IOException e) {
      throw ModuleFaults.refused(
          ModuleFaults.UNREADABLE,
          "the module " + file + " cannot be read: " + e.getClass().getSimpleName(),
          "check the path; a relative one begins at the pipeline's file",
          e);
    } catch (RapidbyteException e) {
      throw new RapidbyteException(e.error().with("module", file.toString()), e.getCause());
    }
  }

  /** The same, from bytes; they are the caller's and are not changed. */
  public static GuestModule load(byte[] bytes, int maxBytes) {
    if (bytes.length > maxBytes) {
      throw ModuleFaults.refused(
          ModuleFaults.TOO_LARGE,
          "the module has more than " + maxBytes + " bytes",
          "strip it (wasm-opt -Oz --strip-debug, -C opt-level=z), or raise limits.module_size");
    }
    try {
      return judged(bytes);
    } catch (RapidbyteException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      throw ModuleFaults.refused(
          ModuleFaults.MALFORMED,
          "the module cannot be read: " + Printable.line(String.valueOf(e.getMessage()), 200),
          "build it for core wasm32; a damaged file is copied again",
          e);
    }
  }

  private static GuestModule judged(byte[] bytes) {
    Sections sections = Sections.of(bytes);
    ModuleCheck.memory(bytes, sections);
    WasmModule parsed =
        Parser.builder()
            .withValidation(true)
            .build()
            .parse(() -> new java.io.ByteArrayInputStream(bytes));
    Features.check(parsed);
    ModuleCheck.imports(parsed);
    Manifest manifest = manifest(bytes, sections);
    ModuleCheck.exports(parsed, manifest.role());
    return new GuestModule(digest(bytes), bytes.length, manifest, parsed);
  }

  private static Manifest manifest(byte[] bytes, Sections sections) {
    List<Section> found = sections.custom(Manifest.SECTION);
    if (found.isEmpty()) {
      throw ModuleFaults.refused(
          ModuleFaults.NO_MANIFEST,
          "the module has no section " + Manifest.SECTION,
          "build it with `rapidbyte module build`, which adds manifest.json");
    }
    if (found.size() > 1) {
      throw ModuleFaults.refused(
          ModuleFaults.BAD_MANIFEST,
          "the module has " + found.size() + " sections " + Manifest.SECTION,
          "build it again with `rapidbyte module build`");
    }
    Section section = found.getFirst();
    return ManifestJson.read(Arrays.copyOfRange(bytes, section.body(), section.end()));
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** SHA-256 of the module's bytes, in hexadecimal digits. */
  public String digest() {
    return digest;
  }

  /** The module's bytes. */
  public int size() {
    return size;
  }

  /** What it says of itself. */
  public Manifest manifest() {
    return manifest;
  }

  /** What it imports, as {@code module.name}, in its order. */
  public List<String> imports() {
    return parsed.importSection().stream().map(i -> i.module() + "." + i.name()).toList();
  }

  /** Its functions' names. */
  public FunctionNames names() {
    return FunctionNames.of(parsed);
  }

  /** As the engine has it; for this room alone. */
  public WasmModule parsed() {
    return parsed;
  }
}
