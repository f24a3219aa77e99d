package io.rapidbyte.app;

import io.rapidbyte.app.command.Rapidbyte;
import io.rapidbyte.app.console.Console;

/** The process's first step. */
public final class Main {
  private Main() {}

  /** Runs one command; the process ends with its exit code. */
  public static void main(String[] args) {
    System.exit(Rapidbyte.execute(Console.ofProcess(), args));
  }
}
