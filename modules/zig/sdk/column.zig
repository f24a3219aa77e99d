//! Columns: read in place, copied by row, built anew.

const std = @import("std");
const flat = @import("flat.zig");
const memory = @import("memory.zig");
const Field = @import("field.zig").Field;
const Type = @import("field.zig").Type;

const free_rows = 1 << 20;

fn check(holds: bool, comptime why: []const u8) void {
    if (!holds) @panic(why);
}

fn bitAt(bits: []const u8, i: usize) bool {
    return bits[i / 8] >> @intCast(i % 8) & 1 != 0;
}

fn putBit(bits: *flat.Bytes, at: usize, value: bool) void {
    if (at % 8 == 0) bits.zero(1);
    if (value) bits.list.items[at / 8] |= @as(u8, 1) << @intCast(at % 8);
}

/// Rows of a list's child.
pub const Range = struct { start: usize, end: usize };

/// Values of one type.
pub const Column = struct {
    field: *const Field,
    len: usize,
    nulls: usize = 0,
    /// Empty: no value is NULL, or all are.
    validity: []const u8 = &.{},
    offsets: []const u8 = &.{},
    values: []const u8 = &.{},
    children: []const Column = &.{},

    pub fn isNull(self: *const Column, row: usize) bool {
        check(row < self.len, "there is no such row");
        return if (self.validity.len > 0) !bitAt(self.validity, row) else self.nulls > 0;
    }

    pub fn boolean(self: *const Column, row: usize) ?bool {
        check(self.field.type == .bool, "the column is no bool");
        return if (self.isNull(row)) null else bitAt(self.values, row);
    }

    /// Of int, date, time, timestamp and duration.
    pub fn int(self: *const Column, row: usize) ?i64 {
        const signed = switch (self.field.type) {
            .int => |t| t.signed,
            .date, .time, .timestamp, .duration => true,
            else => @panic("the column is no int"),
        };
        const value = self.bytes(row) orelse return null;
        return switch (value.len) {
            1 => if (signed) @as(i8, @bitCast(value[0])) else value[0],
            2 => if (signed) std.mem.readInt(i16, value[0..2], .little) else std.mem.readInt(u16, value[0..2], .little),
            4 => if (signed) std.mem.readInt(i32, value[0..4], .little) else std.mem.readInt(u32, value[0..4], .little),
            else => std.mem.readInt(i64, value[0..8], .little),
        };
    }

    /// Of single and double.
    pub fn float(self: *const Column, row: usize) ?f64 {
        check(self.field.type == .float and self.field.type.float > 0, "the column is no float");
        const value = self.bytes(row) orelse return null;
        if (value.len == 8) return @bitCast(std.mem.readInt(u64, value[0..8], .little));
        return @as(f32, @bitCast(std.mem.readInt(u32, value[0..4], .little)));
    }

    /// Of text and binary; of any other with a fixed width its bytes.
    pub fn bytes(self: *const Column, row: usize) ?[]const u8 {
        if (self.isNull(row)) return null;
        if (self.field.type == .bool) return if (bitAt(self.values, row)) "\x01" else "\x00";
        if (self.field.type.bits()) |bits| return self.values[row * (bits / 8) .. (row + 1) * (bits / 8)];
        check(self.field.type.varying(), "the column has no bytes");
        const at = self.range(row);
        return self.values[at.start..at.end];
    }

    /// Of list, fixed list and map: the rows of child 0.
    pub fn items(self: *const Column, row: usize) ?Range {
        return if (self.isNull(row)) null else self.range(row);
    }

    pub fn child(self: *const Column, index: usize) *const Column {
        return &self.children[index];
    }

    fn offset(self: *const Column, i: usize) usize {
        return if (self.len == 0) 0 else std.mem.readInt(u32, self.offsets[4 * i ..][0..4], .little);
    }

    fn range(self: *const Column, row: usize) Range {
        if (self.field.type == .fixed_list) {
            const size: usize = @intCast(self.field.type.fixed_list);
            return .{ .start = row * size, .end = row * size + size };
        }
        check(self.field.type.hasOffsets(), "the column has no items");
        return .{ .start = self.offset(row), .end = self.offset(row + 1) };
    }

    /// Some rows, copied by the layout, whatever the type means.
    pub fn take(self: *const Column, rows: []const u32) Column {
        var out = Builder.init(self.field);
        const kind = self.field.type;
        var picks = std.ArrayListUnmanaged(u32){};
        for (rows) |row| {
            const present = !self.isNull(row);
            if (kind.listed()) {
                const at = self.range(row);
                for (at.start..at.end) |item| picks.append(memory.call, @intCast(item)) catch @panic("out of memory");
            } else if (kind == .bool) {
                putBit(&out.values, out.len, bitAt(self.values, row));
            } else if (kind.bits()) |bits| {
                out.values.put(self.values[row * (bits / 8) ..][0 .. bits / 8]);
            } else if (kind.varying()) {
                const at = self.range(row);
                out.values.put(self.values[at.start..at.end]);
            }
            out.endRow(present, if (kind.listed()) picks.items.len else out.values.len());
        }
        const children = memory.new(Column, self.children.len);
        for (self.children, children) |*from, *to| to.* = from.take(if (kind.listed()) picks.items else rows);
        return out.with(children);
    }

    /// Gives each field node and each buffer, in order.
    pub fn visit(self: *const Column, visitor: anytype) void {
        visitor.node(self.len, self.nulls);
        visitor.buffer(if (self.validity.len > 0) self.validity[0 .. (self.len + 7) / 8] else "");
        if (self.field.type.hasOffsets()) visitor.buffer(if (self.len == 0) "\x00\x00\x00\x00" else self.offsets[0 .. 4 * (self.len + 1)]);
        if (self.field.type.bits()) |bits| {
            visitor.buffer(self.values[0 .. (self.len * bits + 7) / 8]);
        } else if (self.field.type.varying()) {
            visitor.buffer(self.values[0..self.offset(self.len)]);
        }
        for (self.children) |*each| each.visit(visitor);
    }
};

/// A record batch's parts, each taken once.
pub const Reader = struct {
    nodes: flat.Vector,
    buffers: flat.Vector,
    body: []const u8,
    node: usize = 0,
    buffer: usize = 0,

    fn next(self: *Reader, least: u64) flat.Bad![]const u8 {
        const at = try self.buffers.word(self.buffer, 0);
        const len = try self.buffers.word(self.buffer, 1);
        self.buffer += 1;
        if (len < least or len > self.body.len or at > self.body.len - len) return error.Undecodable;
        return self.body[@intCast(at)..][0..@intCast(len)];
    }

    pub fn column(self: *Reader, field: *const Field) flat.Bad!Column {
        const len = try self.nodes.word(self.node, 0);
        const nulls = try self.nodes.word(self.node, 1);
        self.node += 1;
        if (len > @max(free_rows, @as(u64, self.body.len) * 8) or nulls > len) return error.Undecodable;
        var made = Column{ .field = field, .len = @intCast(len), .nulls = @intCast(nulls) };
        const validity = try self.next(if (nulls == 0 or nulls == len) 0 else (len + 7) / 8);
        if (nulls > 0 and validity.len >= (len + 7) / 8) made.validity = validity;
        var least: u64 = 0;
        if (field.type.hasOffsets()) {
            made.offsets = try self.next(if (len == 0) 0 else (len + 1) * 4);
            least = try rising(&made);
        }
        if (field.type.varying()) made.values = try self.next(least);
        if (field.type.bits()) |bits| made.values = try self.next((len * bits + 7) / 8);
        if (field.type == .@"struct") least = len;
        if (field.type == .fixed_list) least = len * @as(u64, @intCast(field.type.fixed_list));
        const children = memory.new(Column, field.children.len);
        for (field.children, children) |*of, *to| {
            to.* = try self.column(of);
            if (to.len < least) return error.Undecodable;
        }
        made.children = children;
        return made;
    }

    /// The last offset, if they all rise.
    fn rising(made: *const Column) flat.Bad!u64 {
        if (made.len == 0) return 0;
        var last = made.offset(0);
        for (1..made.len + 1) |i| {
            const after = made.offset(i);
            if (after < last or after > std.math.maxInt(i32)) return error.Undecodable;
            last = after;
        }
        return last;
    }
};

/// New values of a column, one row after another.
pub const Builder = struct {
    field: *const Field,
    len: usize = 0,
    nulls: usize = 0,
    validity: flat.Bytes = .{},
    offsets: flat.Bytes = .{},
    values: flat.Bytes = .{},
    children: []Builder,

    pub fn init(field: *const Field) Builder {
        var made = Builder{ .field = field, .children = memory.new(Builder, field.children.len) };
        if (field.type.hasOffsets()) made.offsets.zero(4);
        for (made.children, field.children) |*to, *of| to.* = init(of);
        return made;
    }

    /// An int, a float, a bool, text or bytes, or an optional of one.
    pub fn put(self: *Builder, value: anytype) void {
        const T = @TypeOf(value);
        switch (@typeInfo(T)) {
            .Optional => if (value) |present| self.put(present) else self.putNull(),
            .Null => self.putNull(),
            .Bool => self.putBool(value),
            .Int, .ComptimeInt => self.putInt(value),
            .Float, .ComptimeFloat => self.putFloat(value),
            else => self.putBytes(value),
        }
    }

    pub fn putNull(self: *Builder) void {
        switch (self.field.type) {
            .bool => putBit(&self.values, self.len, false),
            .@"struct" => for (self.children) |*each| each.putNull(),
            .fixed_list => |items| for (0..@intCast(items)) |_| self.children[0].putNull(),
            else => self.values.zero((self.field.type.bits() orelse 0) / 8),
        }
        self.row(false);
    }

    fn putBool(self: *Builder, value: bool) void {
        check(self.field.type == .bool, "the column is no bool");
        putBit(&self.values, self.len, value);
        self.row(true);
    }

    fn putInt(self: *Builder, value: i64) void {
        switch (self.field.type) {
            .int, .date, .time, .timestamp, .duration => {},
            else => @panic("the column is no int"),
        }
        var word: [8]u8 = undefined;
        std.mem.writeInt(i64, &word, value, .little);
        self.putBytes(word[0 .. self.field.type.bits().? / 8]);
    }

    fn putFloat(self: *Builder, value: f64) void {
        check(self.field.type == .float and self.field.type.float > 0, "the column is no float");
        var word: [8]u8 = undefined;
        if (self.field.type.float == 2) {
            std.mem.writeInt(u64, &word, @bitCast(value), .little);
            return self.putBytes(&word);
        }
        std.mem.writeInt(u32, word[0..4], @bitCast(@as(f32, @floatCast(value))), .little);
        self.putBytes(word[0..4]);
    }

    fn putBytes(self: *Builder, value: []const u8) void {
        const fits = self.field.type.varying() or (self.field.type != .bool and self.field.type.bits() == value.len * 8);
        check(fits, "the column takes no bytes, or not so many");
        self.values.put(value);
        self.row(true);
    }

    /// Ends a list that has what was put into child 0 since the last; or a struct, after one value into each child.
    pub fn putItems(self: *Builder) void {
        const each: usize = switch (self.field.type) {
            .@"struct" => 1,
            .fixed_list => |items| @intCast(items),
            .list, .map => 0,
            else => @panic("the column has no items"),
        };
        for (self.children) |of| check(each == 0 or of.len == (self.len + 1) * each, "not every item has a value");
        self.row(true);
    }

    fn row(self: *Builder, present: bool) void {
        const inner = self.children.len > 0 and !self.field.type.varying();
        self.endRow(present, if (inner) self.children[0].len else self.values.len());
    }

    fn endRow(self: *Builder, present: bool, end: usize) void {
        if (self.field.type.hasOffsets()) self.offsets.int(u32, @intCast(end));
        if (!present and self.nulls == 0) {
            for (0..self.len) |i| putBit(&self.validity, i, true);
        }
        if (!present) self.nulls += 1;
        if (self.nulls > 0) putBit(&self.validity, self.len, present);
        self.len += 1;
    }

    pub fn finish(self: *Builder) Column {
        const children = memory.new(Column, self.children.len);
        for (self.children, children) |*from, *to| to.* = from.finish();
        return self.with(children);
    }

    fn with(self: *Builder, children: []const Column) Column {
        return .{
            .field = self.field,
            .len = self.len,
            .nulls = self.nulls,
            .validity = if (self.nulls > 0) self.validity.at() else &.{},
            .offsets = self.offsets.at(),
            .values = self.values.at(),
            .children = children,
        };
    }
};
