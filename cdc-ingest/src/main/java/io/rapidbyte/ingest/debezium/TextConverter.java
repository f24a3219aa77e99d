package io.rapidbyte.ingest.debezium;

import io.debezium.connector.postgresql.UnchangedToastedReplicationMessageColumn;
import io.debezium.data.SpecialValueDecimal;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Properties;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/**
 * Has Debezium hand out every value as the text that Postgres has for it, NULL as null whatever the
 * column says, and what the log leaves out as a word that no value is.
 *
 * <p>Named by its class to Debezium, which wants a public constructor without arguments.
 */
public final class TextConverter implements CustomConverter<SchemaBuilder, RelationalColumn> {
  /** The setting with the word for what the log leaves out. */
  static final String UNCHANGED = "unchanged";

  private String unchanged = "";

  /** Made by Debezium. */
  public TextConverter() {}

  @Override
  public void configure(Properties settings) {
    unchanged = settings.getProperty(UNCHANGED, "");
  }

  @Override
  public void converterFor(
      RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
    SchemaBuilder schema = SchemaBuilder.string();
    if (!column.isOptional()) {
      schema.optional(); // else Debezium says so itself, and nobody may say it twice
    }
    registration.register(schema, this::text);
  }

  private @Nullable String text(@Nullable Object value) {
    if (UnchangedToastedReplicationMessageColumn.isUnchangedToastedValue(value)) {
      return unchanged;
    }
    return switch (value) {
      case null -> null;
      case String text -> text;
      case Boolean bool -> bool ? "t" : "f";
      case Float real -> PostgresText.of(real);
      case Double real -> PostgresText.of(real);
      case SpecialValueDecimal number -> PostgresText.of(number);
      case LocalDate date -> PostgresText.of(date);
      case Instant moment -> PostgresText.of(moment);
      case OffsetDateTime moment -> PostgresText.of(moment);
      case byte[] bytes -> PostgresText.of(bytes);
      case PGobject object -> Shapes.text(object).orElse(null);
      // Integers; arrays, of which Debezium keeps the text.
      default -> value.toString();
    };
  }
}
