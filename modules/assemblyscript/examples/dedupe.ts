// Lets a change pass unless one with the same values in the named columns has passed within the window.
// config: columns, required; window_s, default 600. The manifest asks for state; a duplicate drops the change alone.
import { module } from "../sdk/exports";
import { Batch, Bytes, Column, Fault, Json, Opened, Schema, State, Transform, count } from "../sdk/rapidbyte";
export * from "../sdk/exports";

class Dedupe extends Transform {
  constructor(private columns: string[], private windowMs: i64) {
    super();
  }

  schema(schema: Schema): Fault | null {
    for (let i = 0; i < this.columns.length; i++) {
      const field = schema.field(this.columns[i]);
      if (!field || field.children.length) return new Fault("no-such-column", "the stream has no simple column: " + this.columns[i]);
      schema.reads(this.columns[i]);
    }
    return null;
  }

  batch(batch: Batch): Fault | null {
    const columns: Column[] = [];
    for (let i = 0; i < this.columns.length; i++) columns.push(batch.input(this.columns[i])!);
    const seen = Bytes.text("1");
    let dropped = 0;
    for (let row = 0; row < batch.rows; row++) {
      if (batch.isDelete(row)) continue;
      const key = keyOf(columns, row);
      if (State.has(key)) {
        batch.drop(row);
        dropped++;
      } else State.put(key, seen, this.windowMs);
    }
    if (dropped) count("duplicates", dropped);
    return null;
  }
}

/** Of each column 0 where it is NULL, else 1, the length in four bytes, the value: no two rows look alike that are not. */
function keyOf(columns: Column[], row: i32): Bytes {
  let size = 0;
  for (let i = 0; i < columns.length; i++) size += columns[i].isNull(row) ? 1 : 5 + columns[i].bytes(row).length;
  const key = Bytes.of(new ArrayBuffer(size));
  let at = key.at;
  for (let i = 0; i < columns.length; i++) {
    if (columns[i].isNull(row)) {
      at++;
      continue;
    }
    const value = columns[i].bytes(row);
    store<u8>(at, 1);
    store<u32>(at + 1, value.length);
    memory.copy(at + 5, value.at, value.length);
    at += 5 + value.length;
  }
  return key;
}

module((config: Json): Opened => {
  const columns = config.get("columns").strings();
  const window = config.get("window_s").int(600);
  if (!columns || !columns.length) return Opened.not("no-columns", "config.columns is empty: name those by which duplicates are known");
  if (window <= 0) return Opened.not("bad-window", "config.window_s is not above 0");
  return Opened.as(new Dedupe(columns, window * 1000));
});
