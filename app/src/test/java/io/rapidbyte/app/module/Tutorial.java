package io.rapidbyte.app.module;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A page that a reader works through, as steps. Its fenced blocks are: {@code sh}, typed into one
 * terminal; {@code sh until}, typed again until it answers as the page says; {@code sh beside},
 * left running in another; {@code sql}; a language and a file's name, a file to be written, without
 * a name something to look at; {@code text}, what the block before it prints.
 */
record Tutorial(List<Step> steps) {
  /** One block. */
  sealed interface Step {}

  /** A block that is typed. */
  record Typed(String script, Manner manner, String answer) implements Step {}

  /** A block of SQL. */
  record Sql(String script) implements Step {}

  /** A file's content. */
  record Written(String file, String content) implements Step {}

  /** How a block is typed. */
  enum Manner {
    ONCE,
    UNTIL,
    BESIDE
  }

  private static final Pattern BLOCK =
      Pattern.compile("^```(\\S+)(?: (\\S+))?\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  static Tutorial of(Path page) throws IOException {
    List<Step> steps = new ArrayList<>();
    var blocks = BLOCK.matcher(Files.readString(page, UTF_8));
    while (blocks.find()) {
      String kind = blocks.group(1);
      String more = blocks.group(2) == null ? "" : blocks.group(2);
      String body = blocks.group(3);
      if (kind.equals("text")) {
        Typed asked = (Typed) steps.removeLast();
        steps.add(new Typed(asked.script(), asked.manner(), body));
      } else if (kind.equals("sh")) {
        steps.add(new Typed(body, more.isEmpty() ? Manner.ONCE : manner(more), ""));
      } else if (kind.equals("sql")) {
        steps.add(new Sql(body));
      } else if (!more.isEmpty()) {
        steps.add(new Written(more, body));
      }
    }
    return new Tutorial(steps);
  }

  /** The same page with a text replaced wherever it stands in a block. */
  Tutorial with(String text, String by) {
    return new Tutorial(
        steps.stream()
            .<Step>map(
                step ->
                    switch (step) {
                      case Typed typed ->
                          new Typed(
                              typed.script().replace(text, by),
                              typed.manner(),
                              typed.answer().replace(text, by));
                      case Sql sql -> new Sql(sql.script().replace(text, by));
                      case Written file ->
                          new Written(file.file(), file.content().replace(text, by));
                    })
            .toList());
  }

  private static Manner manner(String word) {
    return Manner.valueOf(word.toUpperCase(java.util.Locale.ROOT));
  }

  /**
   * Whether output is what the page shows: a line {@code …} stands for any lines, within a line it
   * stands for any text; how far apart columns are does not count.
   */
  static boolean isAnswer(String shown, String output) {
    StringBuilder wanted = new StringBuilder();
    for (String line : shown.lines().toList()) {
      if (line.equals("…")) {
        wanted.append("(?:.*\n)*?");
      } else {
        String[] parts = plain(line).split("…", -1);
        for (int i = 0; i < parts.length; i++) {
          wanted.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
        }
        wanted.append("\n");
      }
    }
    String plain = output.lines().map(Tutorial::plain).reduce("", (a, b) -> a + b + "\n");
    return Pattern.matches(wanted.toString(), plain);
  }

  private static String plain(String line) {
    return line.strip().replaceAll(" +", " ");
  }
}
