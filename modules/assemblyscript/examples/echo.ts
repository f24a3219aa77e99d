// Reads every value and writes it again, of whatever type: by this the SDKs are held to one another.
// config: reject, a row; route, to where the even rows go as well, and then the others go out backwards;
// reshape, to rename, remove and add columns instead, and to use state, log and metrics.
import { module } from "../sdk/exports";
import { Batch, Builder, Bytes, Column, Fault, Json, Kind, Opened, Schema, State, Transform, Type, count, log } from "../sdk/rapidbyte";
export * from "../sdk/exports";

class Echo extends Transform {
  constructor(private rejected: i64, private route: string | null, private reshape: bool) {
    super();
  }

  schema(schema: Schema): Fault | null {
    if (this.reshape) {
      schema.splits();
      schema.rename("id", "number");
      schema.remove("amount");
      schema.add("email changed", new Type(Kind.Bool), ["email"]);
      return null;
    }
    for (let i = 0; i < schema.columns.length; i++) schema.recompute(schema.columns[i].field.name);
    return null;
  }

  batch(batch: Batch): Fault | null {
    if (this.reshape) {
      const changed = batch.output("email changed");
      for (let row = 0; row < batch.rows; row++) changed.putBool(!batch.isUnchanged(row, "email"));
      remember(batch);
      return null;
    }
    for (let i = 0; i < batch.columns.length; i++) {
      const from = batch.columns[i];
      if (from.field.isOurs) continue;
      const to = batch.output(from.field.name);
      for (let row = 0; row < batch.rows; row++) again(from, row, to);
    }
    if (this.rejected >= 0 && this.rejected < batch.rows) batch.reject(<i32>this.rejected, "unwanted", "the configuration says so");
    const route = this.route;
    if (route !== null) {
      const backwards: i32[] = [];
      const even: i32[] = [];
      for (let row = batch.rows - 1; row >= 0; row--) backwards.push(row);
      for (let row = 0; row < batch.rows; row += 2) even.push(row);
      batch.take(backwards).emit("");
      batch.take(even).emit(route);
    }
    return null;
  }
}

/** Keeps 300 bytes more for each batch, three times. */
function remember(batch: Batch): void {
  const key = Bytes.text("seen");
  const seen = State.get(key);
  const length = seen ? seen.length : 0;
  count("bytes", length);
  count("seconds", <f64>(batch.timeUs / 1000000));
  log(1, "reshaped");
  if (length >= 600) State.delete(key);
  else State.put(key, Bytes.text("s".repeat(length + 300)), 0);
}

function again(from: Column, row: i32, to: Builder): void {
  if (from.isNull(row)) {
    to.putNull();
    return;
  }
  const field = from.field;
  switch (field.type.kind) {
    case Kind.Bool:
      to.putBool(from.bool(row));
      break;
    case Kind.Int:
    case Kind.Date:
    case Kind.Time:
    case Kind.Timestamp:
    case Kind.Duration:
      to.putInt(from.int(row));
      break;
    case Kind.Float:
      to.putFloat(from.float(row));
      break;
    case Kind.List:
    case Kind.Map:
    case Kind.FixedList:
      for (let item = from.start(row); item < from.start(row + 1); item++) again(from.children[0], item, to.children[0]);
      to.putItems();
      break;
    case Kind.Struct:
      for (let i = 0; i < from.children.length; i++) again(from.children[i], row, to.children[i]);
      to.putItems();
      break;
    default:
      to.putBytes(from.bytes(row));
  }
}

module((config: Json): Opened => Opened.as(new Echo(config.get("reject").int(-1), config.get("route").string(), config.get("reshape").exists)));
