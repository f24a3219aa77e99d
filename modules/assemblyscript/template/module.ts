// Puts *** in place of every value of a text column. config: column.
import { module } from "./sdk/exports";
import { Batch, Fault, Json, Kind, Opened, Schema, Transform } from "./sdk/rapidbyte";
export * from "./sdk/exports";

class Module extends Transform {
  constructor(private column: string) {
    super();
  }

  // Once for each set of columns: what comes out begins as what comes in.
  schema(schema: Schema): Fault | null {
    const field = schema.field(this.column);
    if (!field || field.type.kind != Kind.Utf8) return new Fault("no-such-column", "the stream has no text column: " + this.column);
    schema.recompute(this.column);
    return null;
  }

  // For each batch: put the new values; drop and reject leave rows out.
  batch(batch: Batch): Fault | null {
    const values = batch.input(this.column)!;
    const masked = batch.output(this.column);
    for (let row = 0; row < batch.rows; row++) {
      if (values.isNull(row)) masked.putNull();
      else masked.putText("***");
    }
    return null;
  }
}

// Once, with the pipeline's configuration.
module((config: Json): Opened => {
  const column = config.get("column").string();
  if (!column) return Opened.not("no-column", "config.column is missing: name a text column");
  return Opened.as(new Module(column));
});
