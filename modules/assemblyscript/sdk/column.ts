// Columns: read in place, copied by row, built anew.
import { Field, Kind } from "./field";
import { Flat, Output } from "./flat";
import { Bytes } from "./host";

const NONE = new Bytes(0, 0);
const FREE_ROWS: u64 = 1 << 20;
const ONE = new Output(1);
const ZERO = new Output(1);
ONE.int<u8>(1);
ZERO.int<u8>(0);

function bitAt(bits: Bytes, i: i32): bool {
  return ((bits.get(i >> 3) >> (<u8>i & 7)) & 1) != 0;
}

/** Values of one type. A row beyond the last, or a value as what it is not, ends the call. */
export class Column {
  length: i32 = 0;
  nulls: i32 = 0;
  /** Empty: no value is NULL, or all are. */
  validity: Bytes = NONE;
  offsets: Bytes = NONE;
  values: Bytes = NONE;
  children: Column[] = [];

  constructor(public field: Field) {}

  isNull(row: i32): bool {
    assert(<u32>row < <u32>this.length, "there is no such row");
    return this.validity.length ? !bitAt(this.validity, row) : this.nulls > 0;
  }

  // A NULL is read as false, 0 or no bytes: ask isNull first.

  bool(row: i32): bool {
    assert(this.field.type.kind == Kind.Bool, this.field.name + " is no bool");
    return !this.isNull(row) && bitAt(this.values, row);
  }

  /** Of int, date, time, timestamp and duration. */
  int(row: i32): i64 {
    const type = this.field.type;
    const fits = type.kind == Kind.Int || type.kind == Kind.Date || type.kind == Kind.Time || type.kind == Kind.Timestamp || type.kind == Kind.Duration;
    assert(fits, this.field.name + " is no int");
    if (this.isNull(row)) return 0;
    const at = this.bytes(row).at;
    const signed = type.kind != Kind.Int || type.b != 0;
    switch (type.bits) {
      case 8: return signed ? <i64>load<i8>(at) : <i64>load<u8>(at);
      case 16: return signed ? <i64>load<i16>(at) : <i64>load<u16>(at);
      case 32: return signed ? <i64>load<i32>(at) : <i64>load<u32>(at);
      default: return load<i64>(at);
    }
  }

  /** Of single and double. */
  float(row: i32): f64 {
    assert(this.field.type.kind == Kind.Float && this.field.type.a > 0, this.field.name + " is no float");
    if (this.isNull(row)) return 0;
    const at = this.bytes(row).at;
    return this.field.type.a == 2 ? load<f64>(at) : <f64>load<f32>(at);
  }

  /** Of text and binary; of any other with a fixed width its bytes. They are not copied. */
  bytes(row: i32): Bytes {
    if (this.isNull(row)) return NONE;
    const type = this.field.type;
    if (type.kind == Kind.Bool) return bitAt(this.values, row) ? ONE.bytes : ZERO.bytes;
    if (type.fixed) return this.values.part(row * (type.bits / 8), (row + 1) * (type.bits / 8));
    assert(type.varying, this.field.name + " has no bytes");
    return this.values.part(this.start(row), this.start(row + 1));
  }

  text(row: i32): string {
    return this.bytes(row).toString();
  }

  /** Of list, fixed list and map: the rows of child 0, from start(row) to before start(row + 1). */
  start(row: i32): i32 {
    if (this.field.type.kind == Kind.FixedList) return row * this.field.type.a;
    assert(this.field.type.hasOffsets && <u32>row <= <u32>this.length, this.field.name + " has no items");
    return this.length ? load<i32>(this.offsets.part(4 * row, 4 * row + 4).at) : 0;
  }

  /** Some rows, copied by the layout, whatever the type means. */
  take(rows: i32[]): Column {
    const out = new Builder(this.field);
    const type = this.field.type;
    const picks: i32[] = [];
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      const present = !this.isNull(row);
      if (type.listed) {
        const end = this.start(row + 1);
        for (let item = this.start(row); item < end; item++) picks.push(item);
      } else if (type.kind == Kind.Bool) out.values.bit(out.length, bitAt(this.values, row));
      else if (type.fixed) out.values.put(this.values.part(row * (type.bits / 8), (row + 1) * (type.bits / 8)));
      else if (type.varying) out.values.put(this.values.part(this.start(row), this.start(row + 1)));
      out.endRow(present, type.listed ? picks.length : out.values.length);
    }
    const taken = out.finish();
    for (let i = 0; i < this.children.length; i++) taken.children[i] = this.children[i].take(type.listed ? picks : rows);
    return taken;
  }

  /** Lists nodes and buffers; puts buffers into `body` where that is given. */
  outline(into: Outline): void {
    const type = this.field.type;
    into.nodes.int<u64>(this.length);
    into.nodes.int<u64>(this.nulls);
    into.buffer(this.validity.length ? this.validity.part(0, (this.length + 7) / 8) : NONE);
    if (type.hasOffsets) into.buffer(this.length ? this.offsets.part(0, 4 * (this.length + 1)) : NO_OFFSETS.bytes);
    if (type.fixed) into.buffer(this.values.part(0, <i32>((<i64>this.length * type.bits + 7) / 8)));
    else if (type.varying) into.buffer(this.values.part(0, this.start(this.length)));
    for (let i = 0; i < this.children.length; i++) this.children[i].outline(into);
  }
}

const NO_OFFSETS = new Output(4);
NO_OFFSETS.int<u32>(0);

/** A batch's nodes and buffers. */
export class Outline {
  nodes: Output = new Output();
  buffers: Output = new Output();
  parts: Bytes[] = [];
  body: u64 = 0;

  buffer(bytes: Bytes): void {
    this.buffers.int<u64>(this.body);
    this.buffers.int<u64>(bytes.length);
    this.parts.push(bytes);
    this.body += (bytes.length + 7) & ~7;
  }
}

/** A record batch's parts, each taken once. */
export class Reader {
  nodes: u32 = 0;
  nodeCount: u32 = 0;
  buffers: u32 = 0;
  bufferCount: u32 = 0;

  constructor(private flat: Flat, header: u32, private body: Bytes) {
    this.nodes = flat.vector(header, 1, 16);
    this.nodeCount = flat.count;
    this.buffers = flat.vector(header, 2, 16);
    this.bufferCount = flat.count;
  }

  private next(least: u64): Bytes {
    const offset = this.flat.load<u64>(this.buffers);
    const len = this.flat.load<u64>(this.buffers + 8);
    if (this.bufferCount == 0 || len < least || len > <u64>this.body.length || offset > <u64>this.body.length - len) this.flat.bad = true;
    if (this.flat.bad) return NONE;
    this.buffers += 16;
    this.bufferCount--;
    return this.body.part(<i32>offset, <i32>(offset + len));
  }

  /** The next column; `bad` where there is none. */
  column(field: Field): Column {
    const made = new Column(field);
    const len = this.flat.load<u64>(this.nodes);
    const nulls = this.flat.load<u64>(this.nodes + 8);
    if (this.nodeCount == 0 || len > max(FREE_ROWS, <u64>this.body.length * 8) || nulls > len) this.flat.bad = true;
    if (this.flat.bad) return made;
    this.nodes += 16;
    this.nodeCount--;
    made.length = <i32>len;
    made.nulls = <i32>nulls;
    const validity = this.next(nulls && nulls < len ? (len + 7) / 8 : 0);
    if (nulls && <u64>validity.length >= (len + 7) / 8) made.validity = validity;
    let least: u64 = 0;
    if (field.type.hasOffsets) {
      made.offsets = this.next(len ? (len + 1) * 4 : 0);
      if (this.flat.bad) return made;
      least = this.rising(made);
    }
    if (field.type.varying) made.values = this.next(least);
    if (field.type.fixed) made.values = this.next((len * field.type.bits + 7) / 8);
    if (field.type.kind == Kind.Struct) least = len;
    if (field.type.kind == Kind.FixedList) least = len * field.type.a;
    for (let i = 0; i < field.children.length && !this.flat.bad; i++) {
      const child = this.column(field.children[i]);
      if (<u64>child.length < least) this.flat.bad = true;
      made.children.push(child);
    }
    return made;
  }

  private rising(made: Column): u64 {
    let last = made.start(0);
    if (last < 0) this.flat.bad = true;
    for (let i = 1; i <= made.length && !this.flat.bad; i++) {
      const next = made.start(i);
      if (next < last) this.flat.bad = true;
      last = next;
    }
    return last;
  }
}

/** New values of a column, one row after another. */
export class Builder {
  length: i32 = 0;
  nulls: i32 = 0;
  validity: Output = new Output(16);
  offsets: Output = new Output(16);
  values: Output = new Output(16);
  children: Builder[] = [];

  constructor(public field: Field) {
    if (field.type.hasOffsets) this.offsets.int<u32>(0);
    for (let i = 0; i < field.children.length; i++) this.children.push(new Builder(field.children[i]));
  }

  putNull(): void {
    const type = this.field.type;
    if (type.kind == Kind.Bool) this.values.bit(this.length, false);
    else if (type.fixed) this.values.grow(type.bits / 8);
    if (type.kind == Kind.Struct) for (let i = 0; i < this.children.length; i++) this.children[i].putNull();
    if (type.kind == Kind.FixedList) for (let i = 0; i < type.a; i++) this.children[0].putNull();
    this.row(false);
  }

  putBool(value: bool): void {
    assert(this.field.type.kind == Kind.Bool, this.field.name + " is no bool");
    this.values.bit(this.length, value);
    this.row(true);
  }

  putInt(value: i64): void {
    const type = this.field.type;
    const fits = type.kind == Kind.Int || type.kind == Kind.Date || type.kind == Kind.Time || type.kind == Kind.Timestamp || type.kind == Kind.Duration;
    assert(fits, this.field.name + " is no int");
    if (type.bits == 8) this.values.int<i8>(<i8>value);
    else if (type.bits == 16) this.values.int<i16>(<i16>value);
    else if (type.bits == 32) this.values.int<i32>(<i32>value);
    else this.values.int<i64>(value);
    this.row(true);
  }

  putFloat(value: f64): void {
    assert(this.field.type.kind == Kind.Float && this.field.type.a > 0, this.field.name + " is no float");
    if (this.field.type.a == 2) this.values.int<f64>(value);
    else this.values.int<f32>(<f32>value);
    this.row(true);
  }

  putBytes(value: Bytes): void {
    const type = this.field.type;
    const fits = type.varying || (type.fixed && type.kind != Kind.Bool && type.bits == value.length * 8);
    assert(fits, this.field.name + " takes no bytes, or not so many");
    this.values.put(value);
    this.row(true);
  }

  putText(value: string): void {
    this.putBytes(Bytes.text(value));
  }

  /** Ends a list that has what was put into child 0 since the last; or a struct, after one value into each child. */
  putItems(): void {
    const type = this.field.type;
    assert(type.listed || type.kind == Kind.Struct, this.field.name + " has no items");
    const each = type.kind == Kind.Struct ? 1 : type.kind == Kind.FixedList ? type.a : -1;
    for (let i = 0; i < this.children.length; i++) {
      assert(each < 0 || this.children[i].length == (this.length + 1) * each, this.field.name + " has not a value for each item");
    }
    this.row(true);
  }

  private row(present: bool): void {
    const inner = this.children.length > 0 && !this.field.type.varying;
    this.endRow(present, inner ? this.children[0].length : this.values.length);
  }

  endRow(present: bool, end: i32): void {
    if (this.field.type.hasOffsets) this.offsets.int<u32>(end);
    if (!present && this.nulls == 0) for (let i = 0; i < this.length; i++) this.validity.bit(i, true);
    if (!present) this.nulls++;
    if (this.nulls) this.validity.bit(this.length, present);
    this.length++;
  }

  finish(): Column {
    const made = new Column(this.field);
    made.length = this.length;
    made.nulls = this.nulls;
    if (this.nulls) made.validity = this.validity.bytes;
    made.offsets = this.offsets.bytes;
    made.values = this.values.bytes;
    for (let i = 0; i < this.children.length; i++) made.children.push(this.children[i].finish());
    return made;
  }
}
