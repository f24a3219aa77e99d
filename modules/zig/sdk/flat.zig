//! Flatbuffers, as far as Arrow's schema and record batch need them. Reading never leaves the bytes.

const std = @import("std");
const memory = @import("memory.zig");

pub const Bad = error{Undecodable};

pub fn load(comptime T: type, bytes: []const u8, at: usize) Bad!T {
    if (at > bytes.len or bytes.len - at < @sizeOf(T)) return error.Undecodable;
    return std.mem.readInt(T, bytes[at..][0..@sizeOf(T)], .little);
}

fn follow(bytes: []const u8, at: usize) Bad!usize {
    return at +% try load(u32, bytes, at);
}

/// A vector: where its first item is, and how many there are.
pub const Vector = struct {
    bytes: []const u8,
    at: usize,
    len: usize,

    pub fn table(self: Vector, i: usize) Bad!Table {
        return .{ .bytes = self.bytes, .at = try follow(self.bytes, self.at + 4 * i) };
    }

    /// Half of an item of two numbers: a field node, or a buffer.
    pub fn word(self: Vector, i: usize, half: usize) Bad!u64 {
        if (i >= self.len) return error.Undecodable;
        return load(u64, self.bytes, self.at + 16 * i + 8 * half);
    }
};

pub const Table = struct {
    bytes: []const u8,
    at: usize,

    pub fn root(bytes: []const u8) Bad!Table {
        return .{ .bytes = bytes, .at = try follow(bytes, 0) };
    }

    /// Where a slot's value is; null where the table leaves it out.
    pub fn slot(self: Table, n: usize) Bad!?usize {
        const vtable = self.at -% try load(u32, self.bytes, self.at);
        if (4 + 2 * n >= try load(u16, self.bytes, vtable)) return null;
        const offset = try load(u16, self.bytes, vtable +% 4 +% 2 * n);
        return if (offset == 0) null else self.at +% offset;
    }

    pub fn int(self: Table, comptime T: type, n: usize, otherwise: T) Bad!T {
        return if (try self.slot(n)) |at| load(T, self.bytes, at) else otherwise;
    }

    pub fn table(self: Table, n: usize) Bad!Table {
        const at = try self.slot(n) orelse return error.Undecodable;
        return .{ .bytes = self.bytes, .at = try follow(self.bytes, at) };
    }

    /// Items of so many bytes each; none where the table leaves it out.
    pub fn vector(self: Table, n: usize, item: usize) Bad!Vector {
        const from = try self.slot(n) orelse return .{ .bytes = self.bytes, .at = 0, .len = 0 };
        const at = try follow(self.bytes, from);
        const len = try load(u32, self.bytes, at);
        if (len > (self.bytes.len - at - 4) / item) return error.Undecodable;
        return .{ .bytes = self.bytes, .at = at + 4, .len = len };
    }

    pub fn text(self: Table, n: usize) Bad![]const u8 {
        const v = try self.vector(n, 1);
        return v.bytes[v.at .. v.at + v.len];
    }
};

/// Bytes that grow, until the call ends.
pub const Bytes = struct {
    list: std.ArrayListUnmanaged(u8) = .{},

    pub fn len(self: Bytes) usize {
        return self.list.items.len;
    }

    pub fn at(self: Bytes) []const u8 {
        return self.list.items;
    }

    pub fn grow(self: *Bytes, count: usize) []u8 {
        return self.list.addManyAsSlice(memory.call, count) catch @panic("out of memory");
    }

    pub fn reserve(self: *Bytes, count: usize) void {
        self.list.ensureTotalCapacityPrecise(memory.call, count) catch @panic("out of memory");
    }

    pub fn put(self: *Bytes, bytes: []const u8) void {
        @memcpy(self.grow(bytes.len), bytes);
    }

    pub fn zero(self: *Bytes, count: usize) void {
        @memset(self.grow(count), 0);
    }

    pub fn int(self: *Bytes, comptime T: type, value: T) void {
        std.mem.writeInt(T, self.grow(@sizeOf(T))[0..@sizeOf(T)], value, .little);
    }

    pub fn pad(self: *Bytes, to: usize) void {
        self.zero((to - self.len() % to) % to);
    }
};

/// Writes from front to back: a table before what it points to.
pub const Writer = struct {
    out: Bytes = .{},

    /// Where the slots of a table are.
    pub const Slots = struct { at: [8]usize };

    /// A table whose slots have these sizes; 0 is left out.
    pub fn table(self: *Writer, from: usize, sizes: []const u8) Slots {
        var slots = Slots{ .at = undefined };
        var end: usize = 4;
        self.out.pad(2);
        const vtable = self.out.len();
        self.out.zero(4 + 2 * sizes.len);
        for (sizes, 0..) |size, i| {
            if (size == 0) continue;
            end = (end + size - 1) / size * size;
            slots.at[i] = end;
            self.set(u16, vtable + 4 + 2 * i, @intCast(end));
            end += size;
        }
        self.set(u16, vtable, @intCast(4 + 2 * sizes.len));
        self.set(u16, vtable + 2, @intCast(end));
        self.out.pad(8);
        const start = self.out.len();
        self.out.zero(end);
        self.set(u32, start, @intCast(start - vtable));
        self.point(from, start);
        for (sizes, 0..) |size, i| {
            if (size > 0) slots.at[i] += start;
        }
        return slots;
    }

    pub fn set(self: *Writer, comptime T: type, at: usize, value: T) void {
        std.mem.writeInt(T, self.out.list.items[at..][0..@sizeOf(T)], value, .little);
    }

    fn point(self: *Writer, from: usize, to: usize) void {
        self.set(u32, from, @intCast(to - from));
    }

    /// A vector of links; returns the first's place.
    pub fn vector(self: *Writer, from: usize, count: usize) usize {
        self.out.pad(4);
        self.point(from, self.out.len());
        self.out.int(u32, @intCast(count));
        self.out.zero(4 * count);
        return self.out.len() - 4 * count;
    }

    pub fn text(self: *Writer, from: usize, value: []const u8) void {
        self.out.pad(4);
        self.point(from, self.out.len());
        self.out.int(u32, @intCast(value.len));
        self.out.put(value);
        self.out.zero(1);
    }
};
