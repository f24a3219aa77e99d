package io.rapidbyte.wasm.module;

import io.rapidbyte.schemas.error.RapidbyteException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Puts a manifest into a module, as the last section, in place of one that is there. */
public final class ManifestPacker {
  private ManifestPacker() {}

  /**
   * The module with the manifest. The same input gives the same bytes.
   *
   * @throws RapidbyteException where either is not what it is to be
   */
  public static byte[] pack(byte[] module, byte[] manifest) {
    ManifestJson.read(manifest);
    ByteArrayOutputStream out = new ByteArrayOutputStream(module.length + manifest.length + 64);
    Sections sections = Sections.of(module);
    out.write(module, 0, 8);
    for (Sections.Section section : sections.all()) {
      if (!section.name().equals(Manifest.SECTION)) {
        out.write(module, section.start(), section.end() - section.start());
      }
    }
    byte[] name = Manifest.SECTION.getBytes(StandardCharsets.UTF_8);
    out.write(0);
    leb(out, 1 + name.length + manifest.length);
    leb(out, name.length);
    out.writeBytes(name);
    out.writeBytes(manifest);
    return out.toByteArray();
  }

  private static void leb(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest >= 0x80) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
