//! Fields: read from a flatbuffer, written to one.

const std = @import("std");
const flat = @import("flat.zig");

/// An Arrow type. Units: 0 s, 1 ms, 2 us, 3 ns. Zig's order of the tags is Arrow's.
pub const Type = union(enum) {
    int: struct { bits: i32, signed: bool },
    /// 0 half, 1 single, 2 double
    float: i16,
    binary,
    utf8,
    bool,
    decimal: struct { precision: i32, scale: i32, bits: i32 },
    /// 0 days, 1 ms
    date: i16,
    time: struct { unit: i16, bits: i32 },
    /// an empty zone is none
    timestamp: struct { unit: i16, zone: []const u8 },
    /// 0 year-month, 1 day-time, 2 month-day-nano
    interval: i16,
    list,
    @"struct",
    fixed_binary: i32,
    fixed_list: i32,
    map: bool,
    duration: i16,

    /// Bits of a value; null where values have no width of their own.
    pub fn bits(self: Type) ?usize {
        return switch (self) {
            .int => |t| @intCast(t.bits),
            .float => |precision| @as(usize, 16) << @intCast(precision),
            .bool => 1,
            .decimal => |t| @intCast(t.bits),
            .date => |unit| if (unit == 0) 32 else 64,
            .time => |t| @intCast(t.bits),
            .timestamp, .duration => 64,
            .interval => |unit| @as(usize, 32) << @intCast(unit),
            .fixed_binary => |bytes| @intCast(bytes * 8),
            else => null,
        };
    }

    pub fn varying(self: Type) bool {
        return self == .utf8 or self == .binary;
    }

    pub fn listed(self: Type) bool {
        return self == .list or self == .map or self == .fixed_list;
    }

    pub fn hasOffsets(self: Type) bool {
        return self.varying() or self == .list or self == .map;
    }

    pub fn eql(a: Type, b: Type) bool {
        if (a == .timestamp and b == .timestamp) {
            return a.timestamp.unit == b.timestamp.unit and std.mem.eql(u8, a.timestamp.zone, b.timestamp.zone);
        }
        return std.meta.eql(a, b);
    }

    fn read(number: u8, t: flat.Table) flat.Bad!Type {
        return switch (number) {
            2 => .{ .int = .{ .bits = try t.int(i32, 0, 0), .signed = try t.int(u8, 1, 0) != 0 } },
            3 => .{ .float = try t.int(i16, 0, 0) },
            4 => .binary,
            5 => .utf8,
            6 => .bool,
            7 => .{ .decimal = .{ .precision = try t.int(i32, 0, 0), .scale = try t.int(i32, 1, 0), .bits = try t.int(i32, 2, 128) } },
            8 => .{ .date = try t.int(i16, 0, 1) },
            9 => .{ .time = .{ .unit = try t.int(i16, 0, 1), .bits = try t.int(i32, 1, 32) } },
            10 => .{ .timestamp = .{ .unit = try t.int(i16, 0, 0), .zone = try t.text(1) } },
            11 => .{ .interval = try t.int(i16, 0, 0) },
            12 => .list,
            13 => .@"struct",
            15 => .{ .fixed_binary = try t.int(i32, 0, 0) },
            16 => .{ .fixed_list = try t.int(i32, 0, 0) },
            17 => .{ .map = try t.int(u8, 0, 0) != 0 },
            18 => .{ .duration = try t.int(i16, 0, 1) },
            else => error.Undecodable,
        };
    }

    fn id(self: Type) u8 {
        const place: u8 = @intFromEnum(self);
        return place + @as(u8, if (place < @intFromEnum(Type.fixed_binary)) 2 else 3); // 14 is union
    }

    fn write(self: Type, w: *flat.Writer, from: usize) void {
        switch (self) {
            .int => |t| {
                const slots = w.table(from, &.{ 4, 1 });
                w.set(i32, slots.at[0], t.bits);
                w.set(u8, slots.at[1], @intFromBool(t.signed));
            },
            .decimal => |t| {
                const slots = w.table(from, &.{ 4, 4, 4 });
                w.set(i32, slots.at[0], t.precision);
                w.set(i32, slots.at[1], t.scale);
                w.set(i32, slots.at[2], t.bits);
            },
            .float, .date, .interval, .duration => |unit| w.set(i16, w.table(from, &.{2}).at[0], unit),
            .time => |t| {
                const slots = w.table(from, &.{ 2, 4 });
                w.set(i16, slots.at[0], t.unit);
                w.set(i32, slots.at[1], t.bits);
            },
            .timestamp => |t| {
                const slots = w.table(from, if (t.zone.len > 0) &.{ 2, 4 } else &.{2});
                w.set(i16, slots.at[0], t.unit);
                if (t.zone.len > 0) w.text(slots.at[1], t.zone);
            },
            .fixed_binary, .fixed_list => |n| w.set(i32, w.table(from, &.{4}).at[0], n),
            .map => |sorted| w.set(u8, w.table(from, &.{1}).at[0], @intFromBool(sorted)),
            else => _ = w.table(from, &.{}),
        }
    }
};

pub const Pair = struct { key: []const u8, value: []const u8 };

pub const Field = struct {
    name: []const u8,
    type: Type,
    nullable: bool = true,
    children: []const Field = &.{},
    metadata: []const Pair = &.{},

    pub fn meta(self: Field, key: []const u8) ?[]const u8 {
        for (self.metadata) |pair| {
            if (std.mem.eql(u8, pair.key, key)) return pair.value;
        }
        return null;
    }

    pub fn isOurs(self: Field) bool {
        return std.mem.startsWith(u8, self.name, "_rb_");
    }

    fn sound(self: Field) bool {
        const one = self.children.len == 1;
        return switch (self.type) {
            .int => |t| t.bits == 8 or t.bits == 16 or t.bits == 32 or t.bits == 64,
            .float, .interval => |unit| unit >= 0 and unit <= 2,
            .decimal => |t| t.bits == 128 or t.bits == 256,
            .time => |t| t.bits == 32 or t.bits == 64,
            .fixed_binary => |bytes| bytes >= 0 and bytes <= max_width,
            .fixed_list => |items| one and items >= 0 and items <= max_width,
            .list => one,
            .map => one and self.children[0].type == .@"struct" and self.children[0].children.len == 2,
            else => true,
        };
    }
};

const max_width = 1 << 16;
const max_depth = 64;
pub const max_fields = 20_000;

pub fn same(a: []const Field, b: []const Field) bool {
    if (a.len != b.len) return false;
    for (a, b) |x, y| {
        if (!std.mem.eql(u8, x.name, y.name) or !x.type.eql(y.type) or !same(x.children, y.children)) return false;
    }
    return true;
}

fn room(allocator: std.mem.Allocator, comptime T: type, count: usize) []T {
    return allocator.alloc(T, count) catch @panic("out of memory");
}

/// Fields; their texts stay where they are read from.
pub fn readAll(allocator: std.mem.Allocator, t: flat.Table, n: usize, depth: usize, budget: *usize) flat.Bad![]Field {
    const vector = try t.vector(n, 4);
    if (depth > max_depth or vector.len > budget.*) return error.Undecodable;
    budget.* -= vector.len;
    const fields = room(allocator, Field, vector.len);
    for (fields, 0..) |*field, i| {
        const at = try vector.table(i);
        const dictionary = 4;
        field.* = .{
            .name = try at.text(0),
            .nullable = try at.int(u8, 1, 0) != 0,
            .type = try Type.read(try at.int(u8, 2, 0), try at.table(3)),
            .children = try readAll(allocator, at, 5, depth + 1, budget),
            .metadata = try readMetadata(allocator, at, 6),
        };
        if (try at.slot(dictionary) != null or !field.sound()) return error.Undecodable;
    }
    return fields;
}

pub fn readMetadata(allocator: std.mem.Allocator, t: flat.Table, n: usize) flat.Bad![]Pair {
    const vector = try t.vector(n, 4);
    const pairs = room(allocator, Pair, vector.len);
    for (pairs, 0..) |*pair, i| {
        const at = try vector.table(i);
        pair.* = .{ .key = try at.text(0), .value = try at.text(1) };
    }
    return pairs;
}

pub fn writeMetadata(w: *flat.Writer, from: usize, pairs: []const Pair) void {
    const first = w.vector(from, pairs.len);
    for (pairs, 0..) |pair, i| {
        const slots = w.table(first + 4 * i, &.{ 4, 4 });
        w.text(slots.at[0], pair.key);
        w.text(slots.at[1], pair.value);
    }
}

pub fn writeAll(w: *flat.Writer, from: usize, fields: []const Field) void {
    const first = w.vector(from, fields.len);
    for (fields, 0..) |field, i| {
        const slots = w.table(first + 4 * i, &.{ 4, 1, 1, 4, 0, 4, if (field.metadata.len > 0) 4 else 0 });
        w.set(u8, slots.at[1], @intFromBool(field.nullable));
        w.set(u8, slots.at[2], field.type.id());
        w.text(slots.at[0], field.name);
        field.type.write(w, slots.at[3]);
        writeAll(w, slots.at[5], field.children);
        if (field.metadata.len > 0) writeMetadata(w, slots.at[6], field.metadata);
    }
}
