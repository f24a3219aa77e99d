package io.rapidbyte.schemas.spec;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Text to nodes, within bounds: no aliases, no depth and no size that a hand would not write. */
final class YamlSource {
  /** Characters. */
  static final int MAX_LENGTH = 1 << 20;

  private static final int MAX_DEPTH = 32;

  private YamlSource() {}

  /** The document's root; empty where there is none or a problem was told. */
  static Optional<Node> compose(String text, Problems problems) {
    if (text.length() > MAX_LENGTH) {
      problems.add(1, "", "the file is larger than " + (MAX_LENGTH >> 20) + " MiB");
      return Optional.empty();
    }
    LoadSettings settings =
        LoadSettings.builder().setLabel("pipeline").setSchema(new CoreSchema()).build();
    try {
      if (!withinBounds(text, settings, problems)) {
        return Optional.empty();
      }
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isEmpty()) {
        problems.add(1, "", "the file is empty; it begins with version: 1");
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      problems.add(line, "", "not YAML: " + oneLine(e.getProblem()));
    } catch (YamlEngineException e) {
      problems.add(1, "", "not YAML: " + oneLine(String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  /** Reads events, which costs no more than the text is long, before nodes are made of them. */
  private static boolean withinBounds(String text, LoadSettings settings, Problems problems) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      int line = event.getStartMark().map(Mark::getLine).orElse(0) + 1;
      if (event instanceof AliasEvent) {
        problems.add(line, "", "YAML aliases (*name) are not taken; write the value out");
        return false;
      }
      depth += event instanceof CollectionStartEvent ? 1 : 0;
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
      if (depth > MAX_DEPTH) {
        problems.add(line, "", "nested deeper than " + MAX_DEPTH + " levels");
        return false;
      }
    }
    return true;
  }

  private static String oneLine(String text) {
    return text.lines().map(String::strip).reduce((a, b) -> a + " " + b).orElse("unreadable");
  }
}
