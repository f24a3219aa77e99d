package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.spec.References.Text;
import io.rapidbyte.schemas.spec.StreamSpec.ColumnSpec;
import io.rapidbyte.schemas.type.ColumnOverride;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code streams}. */
final class StreamSection {
  private static final List<String> KEYS =
      List.of("table", "exclude", "columns", "where", "key", "partitions", "topic", "mode");
  private static final int MAX_PARTITIONS = 1000;

  private StreamSection() {}

  static List<StreamSpec> read(Optional<Entry> entry) {
    if (entry.isEmpty()) {
      return List.of();
    }
    List<Entry> items = entry.get().list();
    if (items.isEmpty() && entry.get().isList()) {
      entry.get().problem("a pipeline needs at least one stream, for example - table: public.*");
    }
    List<StreamSpec> streams = new ArrayList<>();
    Set<String> tables = new HashSet<>();
    Set<String> topics = new HashSet<>();
    for (Entry item : items) {
      Section section = Section.of(item, KEYS, List.of("contract", "transforms"));
      StreamSpec stream = stream(section);
      if (!stream.table().isEmpty() && !tables.add(stream.table())) {
        section.problem("table", stream.table() + " stands here a second time");
      }
      if (stream.topic() != null && !topics.add(stream.topic())) {
        section.problem("topic", "another stream has this topic already");
      }
      streams.add(stream);
    }
    return streams;
  }

  private static StreamSpec stream(Section section) {
    String table = table(section);
    List<String> exclude = section.texts("exclude").orElse(List.of());
    if (section.has("exclude") && table.indexOf('*') < 0 && !table.isEmpty()) {
      section.problem("exclude", "only a pattern can exclude; " + table + " is one table");
    }
    List<ColumnSpec> columns = section.get("columns").map(StreamSection::columns).orElse(null);
    List<String> key = section.texts("key").orElse(null);
    if (columns != null && key != null) {
      Set<String> taken = new HashSet<>(columns.stream().map(ColumnSpec::name).toList());
      key.stream()
          .filter(name -> !taken.contains(name))
          .forEach(name -> section.problem("key", name + " is not among the stream's columns"));
    }
    return new StreamSpec(
        table,
        exclude,
        columns,
        section.text("where").map(Text::value).orElse(null),
        key,
        section.get("partitions").flatMap(e -> e.integer(1, MAX_PARTITIONS)).orElse(null),
        topic(section),
        WriteModes.read(section));
  }

  private static String table(Section section) {
    Optional<Text> table = section.need("table", "table: public.orders").flatMap(Entry::text);
    if (table.isEmpty()) {
      return "";
    }
    if (!isQualified(table.get().value())) {
      section.problem(
          "table",
          "expected schema.table, for example public.orders, found " + table.get().shown());
    }
    return table.get().value();
  }

  static boolean isQualified(String name) {
    int dot = name.indexOf('.');
    return dot > 0 && dot < name.length() - 1;
  }

  private static @Nullable String topic(Section section) {
    Optional<Text> topic = section.text("topic");
    if (topic.isPresent() && !topic.get().value().matches("[A-Za-z0-9._-]{1,200}")) {
      section.problem("topic", "a topic is named by up to 200 of A-Z a-z 0-9 . _ -");
    }
    return topic.map(Text::value).orElse(null);
  }

  private static List<ColumnSpec> columns(Entry entry) {
    List<ColumnSpec> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Entry item : entry.list()) {
      Optional<ColumnSpec> column =
          item.isMap()
              ? Optional.of(column(Section.of(item, List.of("name", "as"), List.of())))
              : item.text().map(name -> new ColumnSpec(name.value(), null));
      if (column.isPresent()) {
        if (!names.add(column.get().name())) {
          item.problem(column.get().name() + " stands here a second time");
        }
        columns.add(column.get());
      }
    }
    if (entry.isList() && entry.list().isEmpty()) {
      entry.problem("is empty; leave it out to take all columns");
    }
    return columns;
  }

  private static ColumnSpec column(Section section) {
    String name =
        section.need("name", "name: amount").flatMap(Entry::text).map(Text::value).orElse("");
    Optional<Text> as = section.need("as", "as: \"decimal(38,9)\"").flatMap(Entry::text);
    if (as.isPresent() && !ColumnOverride.isKnown(as.get().value())) {
      section.problem("as", ColumnOverride.CHOICES + ", not " + as.get().shown());
    }
    return new ColumnSpec(name, as.map(Text::value).orElse(null));
  }
}
