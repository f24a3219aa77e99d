// A batch: read, changed, emitted.
import { Builder, Column, Outline, Reader } from "./column";
import { Field, Kind } from "./field";
import { Output } from "./flat";
import { Bytes, Fault, emit, reject } from "./host";
import { Message, ROW, Read, Schema, end } from "./schema";

const RECORD_BATCH: u8 = 3;
const COMPRESSION = 3;

/** Whether something was emitted in this call. */
export class Emitted {
  static yet: bool = false;
}

/** Rows that came in, and what is to come out of them. */
export class Batch {
  columns: Column[] = [];
  private outputs: Array<Builder | null> = [];
  private taken: Array<Column | null> = [];
  /** Which rows of the input these are; none for all, in their order. */
  private origins: i32[] = [];
  private isPart: bool = false;
  /** By row; none where none is dropped. */
  private dropped: bool[] = [];
  private ops: Column | null = null;
  private marks: Column | null = null;

  /** @param timeUs the commit's time, in µs since 1970 */
  constructor(public rows: i32, public timeUs: i64, private schema: Schema, private whole: Bytes, private some: Bytes) {
    for (let i = 0; i < schema.columns.length; i++) {
      this.outputs.push(null);
      this.taken.push(null);
    }
  }

  /** Reads a batch of the schema given last; why it cannot be read is in `lastFault`. */
  static read(ipc: Bytes, schema: Schema, whole: Bytes, some: Bytes, timeUs: i64): Batch | null {
    const found = new Read(ipc);
    Batch.lastFault = found.fault;
    if (found.fault) return null;
    Batch.lastFault = new Fault("other-schema", "the batch is not of the schema given last");
    if (!Field.same(found.fields, schema.input)) return null;
    Batch.lastFault = new Fault("undecodable-batch", "the batch cannot be read: its columns");
    const m = new Message(found.rest, RECORD_BATCH);
    const rows = m.flat.scalar<u64>(m.header, 0, 0);
    if (m.flat.bad || m.body > <u64>m.rest.length || rows > 0x7fffffff || m.flat.slot(m.header, COMPRESSION)) return null;
    const reader = new Reader(m.flat, m.header, m.rest.part(0, <i32>m.body));
    const batch = new Batch(<i32>rows, timeUs, schema, whole, some);
    for (let i = 0; i < found.fields.length; i++) {
      const column = reader.column(found.fields[i]);
      if (m.flat.bad || column.length != <i32>rows) return null;
      batch.columns.push(column);
    }
    if (reader.nodeCount || reader.bufferCount) return null;
    batch.nameColumns();
    return batch;
  }
  static lastFault: Fault | null = null;

  private nameColumns(): void {
    const ops = this.input("_rb_op");
    this.ops = ops && ops.field.type.kind == Kind.Int ? ops : null;
    this.marks = this.input("_rb_unchanged");
  }

  /** The letter of what happened: r snapshot row, c insert, u update, d delete. */
  op(row: i32): string {
    const ops = this.ops;
    return ops ? String.fromCharCode(<i32>ops.int(row)) : "c";
  }

  isDelete(row: i32): bool {
    const ops = this.ops;
    return ops !== null && ops.int(row) == 100;
  }

  /** Whether the column's value did not change and is not in the row. */
  isUnchanged(row: i32, name: string): bool {
    const marks = this.marks;
    if (!marks || marks.isNull(row)) return false;
    for (let item = marks.start(row); item < marks.start(row + 1); item++) {
      const column = <i32>marks.children[0].int(item);
      if (column < this.columns.length && this.columns[column].field.name == name) return true;
    }
    return false;
  }

  /** A column that came in. */
  input(name: string): Column | null {
    for (let i = 0; i < this.columns.length; i++) if (this.columns[i].field.name == name) return this.columns[i];
    return null;
  }

  /** The new values of an output column, one for each row. */
  output(name: string): Builder {
    for (let i = 0; i < this.schema.columns.length; i++) {
      const column = this.schema.columns[i];
      if (column.source === null && column.field.name == name) {
        const made = new Builder(column.field);
        this.outputs[i] = made;
        return made;
      }
    }
    throw new Error("the schema does not say that this column is computed: " + name);
  }

  drop(row: i32): void {
    while (this.dropped.length < this.rows) this.dropped.push(false);
    this.dropped[row] = true;
  }

  private isDropped(row: i32): bool {
    return this.dropped.length > 0 && this.dropped[row];
  }

  private origin(row: i32): i32 {
    return this.isPart ? this.origins[row] : row;
  }

  /** The row goes to the dead letters. */
  reject(row: i32, code: string, message: string): void {
    this.drop(row);
    reject(this.origin(row), new Fault(code, message));
  }

  /** Some rows, any number of times and in any order; to be changed and emitted. */
  take(rows: i32[]): Batch {
    const part = new Batch(rows.length, this.timeUs, this.schema, this.whole, this.some);
    part.isPart = true;
    for (let i = 0; i < this.columns.length; i++) part.columns.push(this.columns[i].take(rows));
    for (let i = 0; i < this.outputs.length; i++) {
      const values = this.values(i);
      part.taken[i] = values ? values.take(rows) : null;
    }
    for (let i = 0; i < rows.length; i++) {
      part.origins.push(this.origin(rows[i]));
      if (this.isDropped(rows[i])) part.drop(i);
    }
    part.nameColumns();
    return part;
  }

  /** What was put into an output column, if it was put into every row. */
  private values(i: i32): Column | null {
    const builder = this.outputs[i];
    const column = builder ? builder.finish() : this.taken[i];
    return column && column.length == this.rows ? column : null;
  }

  /** Sends the rows on, but for those dropped; an empty route is the stream's own. Then nothing goes out by itself. */
  emit(route: string): void {
    Emitted.yet = true;
    const all = !this.isPart && this.dropped.length == 0;
    const stay: i32[] = [];
    const origins = new Builder(ROW);
    for (let row = 0; !all && row < this.rows; row++) {
      if (this.isDropped(row)) continue;
      stay.push(row);
      origins.putInt(this.origin(row));
    }
    const rows = all ? this.rows : stay.length;
    const outline = new Outline();
    for (let i = 0; i < this.schema.columns.length; i++) {
      if (!this.schema.isSent(i)) continue;
      const found = this.schema.columns[i];
      const source = found.source;
      const column = source !== null ? this.input(source) : this.values(i);
      if (!column) throw new Error("not every row was given a value of column: " + found.field.name);
      (rows < this.rows ? column.take(stay) : column).outline(outline);
    }
    if (!all) origins.finish().outline(outline);
    emit(false, write(all ? this.whole : this.some, rows, outline), route);
  }
}

/** The stream of a schema, a batch and the end. The batch's message is laid out by hand: each place is known. */
function write(message: Bytes, rows: i32, outline: Outline): Bytes {
  const nodes = outline.nodes.length;
  const buffers = outline.buffers.length;
  assert(outline.body < 0x30000000, "the batch has more than 768 MiB");
  const out = new Output(message.length + 104 + nodes + buffers + <i32>outline.body);
  out.put(message);
  words(out, [-1, 80 + nodes + buffers, 16]);
  halves(out, [12, 20, 16, 18, 4, 8]); // at 4: the message's vtable
  words(out, [12, 28]); // at 16: the message; its header is at 20 + 28
  out.int<u64>(outline.body);
  halves(out, [4, RECORD_BATCH, 10, 20, 8, 4, 16, 0]); // V5; at 36: the batch's vtable
  words(out, [12, 16]); // at 48: the batch; its nodes are at 52 + 16
  out.int<u64>(rows);
  words(out, [12 + nodes, nodes / 16]);
  out.put(outline.nodes.bytes);
  words(out, [0, buffers / 16]);
  out.put(outline.buffers.bytes);
  for (let i = 0; i < outline.parts.length; i++) {
    out.put(outline.parts[i]);
    out.grow((8 - (outline.parts[i].length % 8)) % 8);
  }
  end(out);
  return out.bytes;
}

function words(out: Output, words: i32[]): void {
  for (let i = 0; i < words.length; i++) out.int<i32>(words[i]);
}

function halves(out: Output, halves: i32[]): void {
  for (let i = 0; i < halves.length; i++) out.int<u16>(<u16>halves[i]);
}
