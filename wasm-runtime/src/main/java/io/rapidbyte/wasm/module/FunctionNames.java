package io.rapidbyte.wasm.module;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.NameCustomSection;

/** Functions by the names of the module's name section, or of its exports. */
public final class FunctionNames {
  private static final int MAX_NAME = 120;

  /** Rust's older mangling: {@code _ZN4core9panicking5panic17h…E}. */
  private static final Pattern MANGLED = Pattern.compile("_ZN((?:\\d+[A-Za-z0-9_.$]+)+)E.*");

  private final @Nullable NameCustomSection names;
  private final Map<Integer, String> exports;

  private FunctionNames(@Nullable NameCustomSection names, Map<Integer, String> exports) {
    this.names = names;
    this.exports = exports;
  }

  static FunctionNames of(WasmModule module) {
    Map<Integer, String> exports = new HashMap<>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.FUNCTION) {
        exports.putIfAbsent(export.index(), export.name());
      }
    }
    return new FunctionNames(module.nameSection(), exports);
  }

  /** The function's name, harmless to print; {@code func[7]} where there is none. */
  public String name(int function) {
    NameCustomSection section = names;
    Optional<String> name =
        section == null ? Optional.empty() : Optional.ofNullable(section.nameOfFunction(function));
    return name.or(() -> Optional.ofNullable(exports.get(function)))
        .map(n -> Printable.line(demangled(n), MAX_NAME))
        .orElse("func[" + function + "]");
  }

  private static String demangled(String name) {
    Matcher matcher = MANGLED.matcher(name);
    if (!matcher.matches() || name.length() > 1000) {
      return name;
    }
    String rest = matcher.group(1);
    StringBuilder path = new StringBuilder();
    int at = 0;
    while (at < rest.length() && Character.isDigit(rest.charAt(at))) {
      int digits = at;
      while (digits < rest.length() && Character.isDigit(rest.charAt(digits)) && digits < at + 4) {
        digits++;
      }
      int length = Integer.parseInt(rest.substring(at, digits));
      int end = Math.min(rest.length(), digits + length);
      String part = rest.substring(digits, end);
      if (!part.matches("h[0-9a-f]{16}")) {
        path.append(path.isEmpty() ? "" : "::").append(part);
      }
      at = end;
    }
    return path.toString();
  }
}
