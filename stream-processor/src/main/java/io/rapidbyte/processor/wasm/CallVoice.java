package io.rapidbyte.processor.wasm;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.LogLevel;
import io.rapidbyte.wasm.MetricKind;
import io.rapidbyte.wasm.ModuleLog;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Passes on what a guest says, and remembers the last of it for the error that a call may end with:
 * there a panic says where it happened. Heard on the guest's thread, asked on ours.
 */
final class CallVoice implements GuestObserver {
  /** Of an error's details: the last lines that the guest wrote in the call that failed. */
  static final String SAID = "guest_output";

  private static final int MAX_LINES = 20;
  private static final int MAX_CHARACTERS = 4_000;

  private final GuestObserver listener;
  private final Deque<String> lines = new ArrayDeque<>();
  private int characters;

  CallVoice(GuestObserver listener) {
    this.listener = listener;
  }

  /** A call begins, on rows at a place. */
  void begins(String where) {
    synchronized (lines) {
      lines.clear();
      characters = 0;
    }
    if (listener instanceof ModuleLog log) {
      log.begins(where);
    }
  }

  /** The error of a call, with what the guest said before. */
  ErrorInfo told(ErrorInfo error) {
    synchronized (lines) {
      return lines.isEmpty() ? error : error.with(SAID, String.join("\n", lines));
    }
  }

  @Override
  public void logged(LogLevel level, String line) {
    synchronized (lines) {
      lines.addLast(line);
      characters += line.length();
      while (lines.size() > MAX_LINES || (characters > MAX_CHARACTERS && lines.size() > 1)) {
        characters -= lines.removeFirst().length();
      }
    }
    listener.logged(level, line);
  }

  @Override
  public void measured(MetricKind kind, String name, double value) {
    listener.measured(kind, name, value);
  }

  @Override
  public void discarded(ErrorInfo why) {
    listener.discarded(why);
  }
}
