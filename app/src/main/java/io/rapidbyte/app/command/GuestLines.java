package io.rapidbyte.app.command;

import io.rapidbyte.app.console.Console;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.LogLevel;

/** What a module says, on the error stream. */
record GuestLines(Console console) implements GuestObserver {
  @Override
  public void logged(LogLevel level, String line) {
    console.err().println(SharedOptions.label(level) + ": " + line);
  }
}
