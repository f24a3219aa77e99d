// Flatbuffers, as far as Arrow's schema and record batch need them. Reading never leaves the bytes; `bad` stays set.
import { Bytes } from "./host";

export class Flat {
  bad: bool = false;

  constructor(public bytes: Bytes) {}

  load<T>(at: u32): T {
    if (at > <u32>this.bytes.length || <u32>this.bytes.length - at < sizeof<T>()) {
      this.bad = true;
      return <T>0;
    }
    return load<T>(this.bytes.at + at);
  }

  follow(at: u32): u32 {
    return at ? at + this.load<u32>(at) : 0;
  }

  root(): u32 {
    return this.load<u32>(0);
  }

  /** Where a slot's value is; 0 where the table leaves it out. */
  slot(table: u32, n: u32): u32 {
    const vtable = table - this.load<u32>(table);
    if (<u32>4 + <u32>2 * n >= <u32>this.load<u16>(vtable)) return 0;
    const offset = <u32>this.load<u16>(vtable + <u32>4 + <u32>2 * n);
    return offset ? table + offset : 0;
  }

  scalar<T>(table: u32, n: u32, otherwise: T): T {
    const at = this.slot(table, n);
    return at ? this.load<T>(at) : otherwise;
  }

  table(table: u32, n: u32): u32 {
    return this.follow(this.slot(table, n));
  }

  /** A vector's first item; `count` is how many there are. */
  vector(table: u32, n: u32, item: u32): u32 {
    const at = this.table(table, n);
    this.count = at ? this.load<u32>(at) : 0;
    if (at == 0) return 0;
    if (this.bad || this.count > (<u32>this.bytes.length - at - 4) / item) {
      this.bad = true;
      this.count = 0;
    }
    return at + 4;
  }
  count: u32 = 0;

  text(table: u32, n: u32): string {
    const at = this.vector(table, n, 1);
    return String.UTF8.decodeUnsafe(this.bytes.at + at, this.count);
  }
}

/** Bytes that grow. */
export class Output {
  private buffer: ArrayBuffer;
  length: i32 = 0;

  constructor(capacity: i32 = 64) {
    this.buffer = new ArrayBuffer(capacity);
  }

  /** Room for so many more, zeroed. */
  grow(more: i32): usize {
    const length = this.length + more;
    assert(length >= this.length, "too many bytes");
    if (length > this.buffer.byteLength) {
      const larger = new ArrayBuffer(max(length, min(this.buffer.byteLength, 0x1fffffff) * 2));
      memory.copy(changetype<usize>(larger), changetype<usize>(this.buffer), this.length);
      this.buffer = larger;
    }
    const at = changetype<usize>(this.buffer) + this.length;
    this.length = length;
    return at;
  }

  put(bytes: Bytes): void {
    const at = this.grow(bytes.length);
    memory.copy(at, bytes.at, bytes.length);
  }

  int<T>(value: T): void {
    store<T>(this.grow(sizeof<T>()), value);
  }

  pad(to: i32): void {
    this.grow((to - (this.length % to)) % to);
  }

  bit(at: i32, value: bool): void {
    if (at % 8 == 0) this.grow(1);
    const byte = changetype<usize>(this.buffer) + (at >> 3);
    if (value) store<u8>(byte, load<u8>(byte) | (<u8>1 << <u8>(at & 7)));
  }

  get bytes(): Bytes {
    return Bytes.of(this.buffer).part(0, this.length);
  }

  set<T>(at: i32, value: T): void {
    store<T>(changetype<usize>(this.buffer) + at, value);
  }

  // Flatbuffers are written from front to back: a table before what it points to.

  /** A table whose slots have these sizes; 0 is left out. Where they are, `at(i)` of the result says. */
  table(from: i32, sizes: i32[]): Slots {
    const slots = new Slots();
    let end = 4;
    for (let i = 0; i < sizes.length; i++) {
      const size = sizes[i];
      if (size == 0) continue;
      end = ((end + size - 1) / size) * size;
      slots.places[i] = end;
      end += size;
    }
    this.pad(2);
    const vtable = this.length;
    this.int<u16>(<u16>(4 + 2 * sizes.length));
    this.int<u16>(<u16>end);
    for (let i = 0; i < sizes.length; i++) this.int<u16>(<u16>slots.places[i]);
    this.pad(8);
    slots.start = this.length;
    this.grow(end);
    this.set<u32>(slots.start, slots.start - vtable);
    this.point(from, slots.start);
    return slots;
  }

  point(from: i32, to: i32): void {
    this.set<u32>(from, to - from);
  }

  /** A vector of links; returns the first's place. */
  vector(from: i32, count: i32): i32 {
    this.pad(4);
    this.point(from, this.length);
    this.int<u32>(count);
    const first = this.length;
    this.grow(4 * count);
    return first;
  }

  text(from: i32, text: string): void {
    const bytes = Bytes.text(text);
    this.pad(4);
    this.point(from, this.length);
    this.int<u32>(bytes.length);
    this.put(bytes);
    this.grow(1);
  }
}

export class Slots {
  start: i32 = 0;
  places: StaticArray<i32> = new StaticArray<i32>(8);

  at(i: i32): i32 {
    return this.start + this.places[i];
  }
}
