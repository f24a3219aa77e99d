package io.rapidbyte.wasm.module;

import io.rapidbyte.schemas.error.RapidbyteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code PackMain in.wasm manifest.json out.wasm}: for the build of the modules in this repository.
 */
public final class PackMain {
  private static final int MAX_BYTES = 16 << 20;

  private PackMain() {}

  /** Packs, and judges the result as the loader will. */
  public static void main(String[] args) throws IOException {
    try {
      byte[] packed =
          ManifestPacker.pack(
              Files.readAllBytes(Path.of(args[0])), Files.readAllBytes(Path.of(args[1])));
      GuestModule module = GuestModule.load(packed, MAX_BYTES);
      Files.write(Path.of(args[2]), packed);
      System.out.println(args[2] + " " + module.size() + " " + module.digest());
    } catch (RapidbyteException e) {
      System.err.println(args[0] + ": " + e.error().line());
      System.exit(1);
    }
  }
}
