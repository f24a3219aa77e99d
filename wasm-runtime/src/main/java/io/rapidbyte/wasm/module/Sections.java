package io.rapidbyte.wasm.module;

import io.rapidbyte.schemas.error.RapidbyteException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sections of a module's binary form, by place and name; their contents are not read. Source:
 * WebAssembly core specification, 5.5.
 */
public final class Sections {
  private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};
  private static final int CUSTOM = 0;

  /**
   * One section.
   *
   * @param id its kind
   * @param name of a custom section; empty otherwise
   * @param start where its id stands
   * @param body where its contents begin; of a custom section, behind the name
   * @param end where the next one begins
   */
  public record Section(int id, String name, int start, int body, int end) {}

  private final byte[] bytes;
  private final List<Section> sections = new ArrayList<>();
  private int at = HEADER.length;

  private Sections(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Walks over a module.
   *
   * @throws RapidbyteException {@link ModuleFaults#MALFORMED}
   */
  public static Sections of(byte[] bytes) {
    if (bytes.length < HEADER.length
        || !java.util.Arrays.equals(bytes, 0, HEADER.length, HEADER, 0, HEADER.length)) {
      throw malformed("it does not begin as a WebAssembly module of version 1 does");
    }
    Sections sections = new Sections(bytes);
    while (sections.at < bytes.length) {
      sections.walk();
    }
    return sections;
  }

  private void walk() {
    int start = at;
    int id = bytes[at++] & 0xFF;
    int size = length("a section's size");
    int end = at + size;
    String name = "";
    if (id == CUSTOM) {
      int nameBytes = length("a custom section's name");
      if (nameBytes > end - at) {
        throw malformed("a custom section ends within its name");
      }
      name = new String(bytes, at, nameBytes, StandardCharsets.UTF_8);
      at += nameBytes;
    }
    sections.add(new Section(id, name, start, at, end));
    at = end;
  }

  /** A length that what is left can hold. */
  private int length(String what) {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (at == bytes.length) {
        throw malformed("it ends within " + what);
      }
      int next = bytes[at++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        if (value > bytes.length - at) {
          throw malformed(what + " is " + value + ", and " + (bytes.length - at) + " bytes follow");
        }
        return (int) value;
      }
    }
    throw malformed(what + " is no number");
  }

  /** All, in their order. */
  public List<Section> all() {
    return List.copyOf(sections);
  }

  /** The custom sections of that name. */
  public List<Section> custom(String name) {
    return sections.stream().filter(s -> s.id() == CUSTOM && s.name().equals(name)).toList();
  }

  /** The section of that kind, other than custom ones. */
  public Optional<Section> ofKind(int id) {
    return sections.stream().filter(s -> s.id() == id && id != CUSTOM).findFirst();
  }

  private static RapidbyteException malformed(String why) {
    return ModuleFaults.refused(
        ModuleFaults.MALFORMED,
        "this is no WebAssembly module: " + why,
        "build it again; a component (wasm-tools component) or a text file (.wat) is not a module");
  }
}
