// What comes out of a transform for what goes in.
import { Field, Pair, Type, readMetadata, writeMetadata } from "./field";
import { Flat, Output } from "./flat";
import { Bytes, Fault, quoteAll } from "./host";

/** A column that comes out, and the input column that it copies; none where it is computed. */
export class OutputColumn {
  constructor(public field: Field, public source: string | null) {}
}

/** The columns that come out, in their order. It begins as all that come in, each a copy of itself. */
export class Schema {
  columns: OutputColumn[] = [];
  private read: string[] = [];
  split: bool = false;

  constructor(public input: Field[], private metadata: Pair[]) {
    for (let i = 0; i < input.length; i++) if (!input[i].isOurs) this.columns.push(new OutputColumn(input[i], input[i].name));
  }

  private find(name: string): i32 {
    for (let i = 0; i < this.columns.length; i++) if (this.columns[i].field.name == name) return i;
    return -1;
  }

  /** A column that is there now. */
  field(name: string): Field | null {
    const i = this.find(name);
    return i < 0 ? null : this.columns[i].field;
  }

  private known(name: string): OutputColumn {
    const i = this.find(name);
    assert(i >= 0, "the stream has no column: " + name);
    return this.columns[i];
  }

  /** The column's values will be computed from the column itself. */
  recompute(name: string): void {
    const column = this.known(name);
    column.field = column.field.with("rb.from", quoteAll([name]));
    column.source = null;
  }

  rename(name: string, to: string): void {
    const column = this.known(name);
    column.field = column.field.with("rb.from", quoteAll([name]));
    if (column.source) column.field = column.field.with("rb.relation", "copy");
    column.field.name = to;
  }

  remove(name: string): void {
    this.known(name);
    this.columns.splice(this.find(name), 1);
  }

  /** A new column, computed from these of the input. */
  add(name: string, type: Type, from: string[]): void {
    assert(this.find(name) < 0, "the stream has already a column: " + name);
    this.columns.push(new OutputColumn(new Field(name, type).with("rb.from", quoteAll(from)), null));
  }

  /** Rows are dropped, split or routed by this input column. */
  reads(name: string): void {
    this.read.push(name);
  }

  /** A row may become several. */
  splits(): void {
    this.split = true;
  }

  /** Whether a column is emitted: copies stay at home, where the host has them, unless a row may stand twice. */
  isSent(i: i32): bool {
    return this.split || this.columns[i].source === null;
  }

  /** Of all columns, as the host is told them. */
  shown(): Bytes {
    const fields: Field[] = [];
    for (let i = 0; i < this.columns.length; i++) fields.push(this.columns[i].field);
    return this.message(fields);
  }

  /** Of the columns that are emitted, with `_rb_row` where it says which rows. */
  sent(some: bool): Bytes {
    const fields: Field[] = [];
    for (let i = 0; i < this.columns.length; i++) if (this.isSent(i)) fields.push(this.columns[i].field);
    if (some) fields.push(ROW);
    return this.message(fields);
  }

  private message(fields: Field[]): Bytes {
    const metadata = this.metadata.slice(0);
    if (this.read.length) metadata.push(new Pair("rb.reads", quoteAll(this.read)));
    if (this.split) metadata.push(new Pair("rb.splits", "true"));
    const out = new Output();
    out.grow(4);
    const top = out.table(0, [2, 1, 4]);
    out.set<u16>(top.at(0), 4); // V5
    out.set<u8>(top.at(1), SCHEMA);
    const slots = out.table(top.at(2), [2, 4, metadata.length ? 4 : 0]);
    Field.writeAll(out, slots.at(1), fields);
    if (metadata.length) writeMetadata(out, slots.at(2), metadata);
    out.pad(8);
    const framed = new Output(out.length + 8);
    framed.int<u32>(CONTINUATION);
    framed.int<u32>(out.length);
    framed.put(out.bytes);
    return framed.bytes;
  }
}

export const ROW = new Field("_rb_row", new Type(2, 32, 0), false);
const SCHEMA: u8 = 1;
const CONTINUATION: u32 = 0xffffffff;

export function end(out: Output): void {
  out.int<u32>(CONTINUATION);
  out.int<u32>(0);
}

/** A message of a stream. */
export class Message {
  flat: Flat;
  header: u32 = 0;
  body: u64 = 0;
  rest: Bytes;

  /** The next message, of the kind wanted; `flat.bad` says that there is none. */
  constructor(ipc: Bytes, kind: u8) {
    const prefix = new Flat(ipc);
    const mark = prefix.load<u32>(0);
    const len = prefix.load<u32>(4);
    const sound = !prefix.bad && mark == CONTINUATION && len <= <u32>ipc.length - 8;
    this.flat = new Flat(sound ? ipc.part(8, 8 + len) : ipc.part(0, 0));
    this.rest = sound ? ipc.part(8 + len, ipc.length) : ipc.part(0, 0);
    const message = this.flat.root();
    this.header = this.flat.table(message, 2);
    this.body = this.flat.scalar<u64>(message, 3, 0);
    if (!sound || this.flat.scalar<u8>(message, 1, 0) != kind || this.header == 0) this.flat.bad = true;
  }
}

export class Read {
  fields: Field[] = [];
  metadata: Pair[] = [];
  rest: Bytes;
  fault: Fault | null = null;

  /** A stream's schema, and what follows it. */
  constructor(ipc: Bytes) {
    const message = new Message(ipc, SCHEMA);
    Field.budget = 20000;
    this.fields = Field.readAll(message.flat, message.header, 1, 0);
    this.metadata = readMetadata(message.flat, message.header, 2);
    this.rest = message.rest;
    const littleEndian = message.flat.scalar<u16>(message.header, 0, 0) == 0;
    if (message.flat.bad || message.body != 0 || !littleEndian) this.fault = new Fault("undecodable-batch", "the batch cannot be read: its schema");
  }
}
