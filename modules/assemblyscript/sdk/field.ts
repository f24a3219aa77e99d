// Fields: read from a flatbuffer, written to one.
import { Flat, Output } from "./flat";

/** Arrow's numbers of the types. a, b, c of a type are what stands behind it. Units: 0 s, 1 ms, 2 µs, 3 ns. */
export const enum Kind {
  Int = 2, // bits, signed
  Float = 3, // 0 half, 1 single, 2 double
  Binary = 4,
  Utf8 = 5,
  Bool = 6,
  Decimal = 7, // precision, scale, bits
  Date = 8, // 0 days, 1 ms
  Time = 9, // unit, bits
  Timestamp = 10, // unit; zone
  Interval = 11, // 0 year-month, 1 day-time, 2 month-day-nano
  List = 12,
  Struct = 13,
  FixedBinary = 15, // bytes
  FixedList = 16, // items
  Map = 17, // keys sorted
  Duration = 18, // unit
}

export class Type {
  constructor(public kind: i32, public a: i32 = 0, public b: i32 = 0, public c: i32 = 0, public zone: string = "") {}

  /** Bits of a value; 0 where values have no width of their own. */
  get bits(): i32 {
    switch (this.kind) {
      case Kind.Int: return this.a;
      case Kind.Float: return 16 << this.a;
      case Kind.Bool: return 1;
      case Kind.Decimal: return this.c;
      case Kind.Date: return this.a ? 64 : 32;
      case Kind.Time: return this.b;
      case Kind.Timestamp:
      case Kind.Duration: return 64;
      case Kind.Interval: return 32 << this.a;
      case Kind.FixedBinary: return this.a * 8;
      default: return 0;
    }
  }

  get fixed(): bool {
    return this.bits > 0 || this.kind == Kind.FixedBinary;
  }

  get varying(): bool {
    return this.kind == Kind.Utf8 || this.kind == Kind.Binary;
  }

  get listed(): bool {
    return this.kind == Kind.List || this.kind == Kind.Map || this.kind == Kind.FixedList;
  }

  get hasOffsets(): bool {
    return this.varying || this.kind == Kind.List || this.kind == Kind.Map;
  }

  equals(o: Type): bool {
    return this.kind == o.kind && this.a == o.a && this.b == o.b && this.c == o.c && this.zone == o.zone;
  }

  /** The sizes of the type's slots; z is a text. */
  private get sizes(): string {
    switch (this.kind) {
      case Kind.Int: return "41";
      case Kind.Decimal: return "444";
      case Kind.Time: return "24";
      case Kind.Timestamp: return "2z";
      case Kind.Float:
      case Kind.Date:
      case Kind.Interval:
      case Kind.Duration: return "2";
      case Kind.FixedBinary:
      case Kind.FixedList: return "4";
      case Kind.Map: return "1";
      default: return "";
    }
  }

  static read(flat: Flat, kind: i32, table: u32): Type {
    const type = new Type(kind);
    if (kind == Kind.Date || kind == Kind.Time || kind == Kind.Duration) type.a = 1;
    if (kind == Kind.Time) type.b = 32;
    if (kind == Kind.Decimal) type.c = 128;
    if (kind < Kind.Int || kind > Kind.Duration || kind == 14) flat.bad = true;
    const sizes = type.sizes;
    for (let i = 0; i < sizes.length; i++) {
      const size = sizes.charCodeAt(i);
      if (size == 122) type.zone = flat.text(table, i);
      else {
        const before = i == 0 ? type.a : i == 1 ? type.b : type.c;
        const value = size == 52 ? flat.scalar<i32>(table, i, before) : size == 50 ? <i32>flat.scalar<i16>(table, i, <i16>before) : <i32>flat.scalar<u8>(table, i, <u8>before);
        if (i == 0) type.a = value;
        else if (i == 1) type.b = value;
        else type.c = value;
      }
    }
    return type;
  }

  write(out: Output, from: i32): void {
    const sizes: i32[] = [];
    for (let i = 0; i < this.sizes.length; i++) {
      const size = this.sizes.charCodeAt(i);
      sizes.push(size != 122 ? size - 48 : this.zone.length ? 4 : 0);
    }
    const slots = out.table(from, sizes);
    for (let i = 0; i < sizes.length; i++) {
      const value = i == 0 ? this.a : i == 1 ? this.b : this.c;
      if (this.sizes.charCodeAt(i) == 122) {
        if (sizes[i]) out.text(slots.at(i), this.zone);
      } else if (sizes[i] == 4) out.set<i32>(slots.at(i), value);
      else if (sizes[i] == 2) out.set<i16>(slots.at(i), <i16>value);
      else out.set<u8>(slots.at(i), <u8>value);
    }
  }
}

export class Pair {
  constructor(public key: string, public value: string) {}
}

const MAX_WIDTH = 1 << 16;
const MAX_DEPTH = 64;

export class Field {
  children: Field[] = [];
  metadata: Pair[] = [];

  constructor(public name: string, public type: Type, public nullable: bool = true) {}

  get isOurs(): bool {
    return this.name.startsWith("_rb_");
  }

  meta(key: string): string | null {
    for (let i = 0; i < this.metadata.length; i++) if (this.metadata[i].key == key) return this.metadata[i].value;
    return null;
  }

  /** The same with another value under a key. */
  with(key: string, value: string): Field {
    const copy = new Field(this.name, this.type, this.nullable);
    copy.children = this.children;
    for (let i = 0; i < this.metadata.length; i++) if (this.metadata[i].key != key) copy.metadata.push(this.metadata[i]);
    copy.metadata.push(new Pair(key, value));
    return copy;
  }

  private get sound(): bool {
    const one = this.children.length == 1;
    const t = this.type;
    switch (t.kind) {
      case Kind.Int: return t.a == 8 || t.a == 16 || t.a == 32 || t.a == 64;
      case Kind.Float:
      case Kind.Interval: return t.a >= 0 && t.a <= 2;
      case Kind.Decimal: return t.c == 128 || t.c == 256;
      case Kind.Time: return t.b == 32 || t.b == 64;
      case Kind.FixedBinary: return t.a >= 0 && t.a <= MAX_WIDTH;
      case Kind.FixedList: return one && t.a >= 0 && t.a <= MAX_WIDTH;
      case Kind.List: return one;
      case Kind.Map: return one && this.children[0].type.kind == Kind.Struct && this.children[0].children.length == 2;
      default: return true;
    }
  }

  static budget: i32 = 0;

  static readAll(flat: Flat, table: u32, n: i32, depth: i32): Field[] {
    const fields: Field[] = [];
    const at = flat.vector(table, n, 4);
    const count = flat.count;
    if (depth > MAX_DEPTH || count > <u32>Field.budget) flat.bad = true;
    Field.budget -= <i32>count;
    for (let i: u32 = 0; i < count && !flat.bad; i++) {
      const found = flat.follow(at + 4 * i);
      const type = Type.read(flat, flat.scalar<u8>(found, 2, 0), flat.table(found, 3));
      const field = new Field(flat.text(found, 0), type, flat.scalar<u8>(found, 1, 0) != 0);
      if (flat.bad) break;
      field.children = Field.readAll(flat, found, 5, depth + 1);
      field.metadata = readMetadata(flat, found, 6);
      if (flat.slot(found, 4) != 0 || !field.sound) flat.bad = true; // 4: a dictionary
      fields.push(field);
    }
    return fields;
  }

  static writeAll(out: Output, from: i32, fields: Field[]): void {
    const first = out.vector(from, fields.length);
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i];
      const slots = out.table(first + 4 * i, [4, 1, 1, 4, 0, 4, field.metadata.length ? 4 : 0]);
      out.set<u8>(slots.at(1), field.nullable ? 1 : 0);
      out.set<u8>(slots.at(2), <u8>field.type.kind);
      out.text(slots.at(0), field.name);
      field.type.write(out, slots.at(3));
      Field.writeAll(out, slots.at(5), field.children);
      if (field.metadata.length) writeMetadata(out, slots.at(6), field.metadata);
    }
  }

  static same(a: Field[], b: Field[]): bool {
    if (a.length != b.length) return false;
    for (let i = 0; i < a.length; i++) {
      if (a[i].name != b[i].name || !a[i].type.equals(b[i].type) || !Field.same(a[i].children, b[i].children)) return false;
    }
    return true;
  }
}

export function readMetadata(flat: Flat, table: u32, n: i32): Pair[] {
  const pairs: Pair[] = [];
  const at = flat.vector(table, n, 4);
  const count = flat.count;
  for (let i: u32 = 0; i < count && !flat.bad; i++) {
    const pair = flat.follow(at + 4 * i);
    pairs.push(new Pair(flat.text(pair, 0), flat.text(pair, 1)));
  }
  return pairs;
}

export function writeMetadata(out: Output, from: i32, pairs: Pair[]): void {
  const first = out.vector(from, pairs.length);
  for (let i = 0; i < pairs.length; i++) {
    const slots = out.table(first + 4 * i, [4, 4]);
    out.text(slots.at(0), pairs[i].key);
    out.text(slots.at(1), pairs[i].value);
  }
}
