package io.rapidbyte.wasm.host;

import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.LogLevel;
import io.rapidbyte.wasm.module.Printable;
import java.nio.charset.StandardCharsets;

/** Text that a guest says, told line by line. */
final class GuestLines {
  private static final int MAX_LINE = 4000;

  private GuestLines() {}

  static void tell(GuestObserver observer, LogLevel level, byte[] text) {
    new String(text, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isEmpty())
        .forEach(line -> observer.logged(level, Printable.line(line, MAX_LINE)));
  }
}
