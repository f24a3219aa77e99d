package io.rapidbyte.wasm;

import io.rapidbyte.wasm.module.FunctionNames;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The guest's functions in a stack trace, by the names of its module. */
final class GuestStack {
  private static final int MAX_FRAMES = 32;
  private static final String COMPILED = "run.endive.$gen.CompiledMachine";
  private static final Pattern FUNCTION = Pattern.compile("func_(\\d{1,9})");

  private GuestStack() {}

  static List<String> of(Throwable failure, FunctionNames names) {
    Throwable deepest = failure;
    for (Throwable t = failure.getCause(); t != null; t = t.getCause()) {
      deepest = t;
    }
    List<String> frames = new ArrayList<>();
    int left = 0;
    for (StackTraceElement element : deepest.getStackTrace()) {
      Matcher function = FUNCTION.matcher(element.getMethodName());
      if (element.getClassName().startsWith(COMPILED) && function.matches()) {
        if (frames.size() < MAX_FRAMES) {
          frames.add(names.name(Integer.parseInt(function.group(1))));
        } else {
          left++;
        }
      }
    }
    if (left > 0) {
      frames.add("… " + left + " more");
    }
    return frames;
  }
}
