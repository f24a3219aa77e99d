package io.rapidbyte.wasm.module;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes modules byte by byte, so that a test can make one that no compiler would. It begins with a
 * transform that does nothing. Source: WebAssembly core specification, 5.
 */
public final class ModuleBytes {
  public static final String MANIFEST =
      "{\"id\": \"small\", \"version\": \"1\", \"role\": \"transform\"}";

  private static final int END = 0x0B;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Function(String type, String export, byte[] code) {}

  private final List<String> types = new ArrayList<>();
  private final Map<String, String> imports = new LinkedHashMap<>();
  private final List<Function> functions = new ArrayList<>();
  private final List<byte[]> customs = new ArrayList<>();
  private byte[] memory = {1, 0, 1};
  private byte[] memoryImport = {};
  private String manifest = MANIFEST;
  private int start = -1;

  /** A whole transform; parts of it are then changed. */
  public static ModuleBytes transform() {
    return new ModuleBytes()
        .function("rb_abi", ":i", constant(1))
        .function("rb_alloc", "i:i", constant(1024))
        .function("rb_free", "ii:", bytes())
        .function("rb_open", "ii:i", constant(0))
        .function("rb_close", ":i", constant(0))
        .function("rb_schema", "ii:i", constant(0))
        .function("rb_transform", "iiii:i", constant(0));
  }

  /** Code bytes. */
  public static byte[] bytes(int... values) {
    byte[] all = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      all[i] = (byte) values[i];
    }
    return all;
  }

  /** {@code i32.const}. */
  public static byte[] constant(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x41);
    int rest = value;
    while (rest < -64 || rest > 63) {
      out.write((rest & 0x7F) | 0x80);
      rest >>= 7;
    }
    out.write(rest & 0x7F);
    return out.toByteArray();
  }

  /** Adds a function, or puts it in the place of the one with that name. */
  public ModuleBytes function(String export, String type, byte[] code) {
    Function function = new Function(type, export, code);
    for (int i = 0; i < functions.size(); i++) {
      if (functions.get(i).export().equals(export)) {
        functions.set(i, function);
        return this;
      }
    }
    functions.add(function);
    return this;
  }

  public ModuleBytes without(String export) {
    functions.removeIf(f -> f.export().equals(export));
    return this;
  }

  public ModuleBytes imports(String name, String type) {
    imports.put(name, type);
    return this;
  }

  /** The memory section's contents. */
  public ModuleBytes memory(int... contents) {
    memory = bytes(contents);
    return this;
  }

  /** Takes the memory from outside. */
  public ModuleBytes importsMemory() {
    memory = new byte[0];
    memoryImport = bytes(2, 0, 1);
    return this;
  }

  /** Its manifest; empty for none. */
  public ModuleBytes manifest(String json) {
    manifest = json;
    return this;
  }

  public ModuleBytes custom(String name, byte[] contents) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    name(out, name);
    out.writeBytes(contents);
    customs.add(out.toByteArray());
    return this;
  }

  /** The function of that name runs at instantiation. */
  public ModuleBytes start(String export) {
    for (int i = 0; i < functions.size(); i++) {
      if (functions.get(i).export().equals(export)) {
        start = i;
      }
    }
    return this;
  }

  public byte[] build() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(bytes(0, 'a', 's', 'm', 1, 0, 0, 0));
    byte[] importSection = importSection();
    byte[] functionSection = functionSection();
    byte[] exportSection = exportSection();
    section(out, 1, typeSection());
    section(out, 2, importSection);
    section(out, 3, functionSection);
    section(out, 5, memory);
    section(out, 7, exportSection);
    if (start >= 0) {
      section(out, 8, leb(start + imports.size()));
    }
    section(out, 10, codeSection());
    customs.forEach(custom -> section(out, 0, custom));
    byte[] plain = out.toByteArray();
    return manifest.isEmpty()
        ? plain
        : ManifestPacker.pack(plain, manifest.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] importSection() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(leb(imports.size() + (memoryImport.length > 0 ? 1 : 0)));
    imports.forEach(
        (name, type) -> {
          int dot = name.indexOf('.');
          name(out, name.substring(0, dot));
          name(out, name.substring(dot + 1));
          out.write(0);
          out.writeBytes(leb(type(type)));
        });
    if (memoryImport.length > 0) {
      name(out, "env");
      name(out, "memory");
      out.writeBytes(memoryImport);
    }
    return out.toByteArray();
  }

  private byte[] functionSection() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(leb(functions.size()));
    functions.forEach(f -> out.writeBytes(leb(type(f.type()))));
    return out.toByteArray();
  }

  private byte[] exportSection() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean hasMemory = memory.length + memoryImport.length > 0;
    out.writeBytes(leb(functions.size() + (hasMemory ? 1 : 0)));
    if (hasMemory) {
      name(out, "memory");
      out.writeBytes(bytes(2, 0));
    }
    for (int i = 0; i < functions.size(); i++) {
      name(out, functions.get(i).export());
      out.write(0);
      out.writeBytes(leb(imports.size() + i));
    }
    return out.toByteArray();
  }

  private byte[] codeSection() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(leb(functions.size()));
    for (Function function : functions) {
      out.writeBytes(leb(function.code().length + 2));
      out.write(0);
      out.writeBytes(function.code());
      out.write(END);
    }
    return out.toByteArray();
  }

  private byte[] typeSection() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(leb(types.size()));
    for (String type : types) {
      int colon = type.indexOf(':');
      out.write(0x60);
      values(out, type.substring(0, colon));
      values(out, type.substring(colon + 1));
    }
    return out.toByteArray();
  }

  private static void values(ByteArrayOutputStream out, String letters) {
    out.writeBytes(leb(letters.length()));
    letters.chars().forEach(c -> out.write(c == 'i' ? 0x7F : c == 'l' ? 0x7E : 0x7C));
  }

  private int type(String letters) {
    if (!types.contains(letters)) {
      types.add(letters);
    }
    return types.indexOf(letters);
  }

  private static void section(ByteArrayOutputStream out, int id, byte[] contents) {
    if (contents.length > 0) {
      out.write(id);
      out.writeBytes(leb(contents.length));
      out.writeBytes(contents);
    }
  }

  private static void name(ByteArrayOutputStream out, String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(leb(text.length));
    out.writeBytes(text);
  }

  private static byte[] leb(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int rest = value;
    while (rest >= 0x80) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
    return out.toByteArray();
  }
}
