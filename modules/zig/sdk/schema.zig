//! What comes out of a transform for what goes in.

const std = @import("std");
const flat = @import("flat.zig");
const host = @import("host.zig");
const json = @import("json.zig");
const memory = @import("memory.zig");
const fields = @import("field.zig");
const Field = fields.Field;
const Pair = fields.Pair;

/// A column that comes out, and the input column that it copies; none where it is computed.
pub const Column = struct { field: Field, source: ?[]const u8 };

/// The answer to a schema, kept for the batches.
pub const Output = struct {
    input: []const Field,
    columns: []const Column,
    splits: bool,
    /// The message of what is emitted where all rows are: the columns that are not copies, all where rows may stand twice.
    whole: []const u8,
    /// The same with `_rb_row`.
    some: []const u8,
};

/// The columns that come out, in their order. It begins as all that come in, each a copy of itself.
pub const Schema = struct {
    columns: std.ArrayListUnmanaged(Column) = .{},
    input: []const Field,
    metadata: []const Pair,
    read: std.ArrayListUnmanaged([]const u8) = .{},
    may_split: bool = false,

    /// A column that is there now.
    pub fn field(self: *Schema, name: []const u8) ?Field {
        return (self.column(name) catch return null).field;
    }

    fn column(self: *Schema, name: []const u8) error{Absent}!*Column {
        for (self.columns.items) |*found| {
            if (std.mem.eql(u8, found.field.name, name)) return found;
        }
        return error.Absent;
    }

    fn known(self: *Schema, name: []const u8) host.Failed!*Column {
        return self.column(name) catch {
            try host.fail("no-such-column", "the stream has no column: {s}", .{name});
            unreachable;
        };
    }

    /// The column's values will be computed from the column itself.
    pub fn recompute(self: *Schema, name: []const u8) host.Failed!void {
        const found = try self.known(name);
        set(found, "rb.from", json.quotedAll(&.{name}));
        found.source = null;
    }

    pub fn rename(self: *Schema, name: []const u8, to: []const u8) host.Failed!void {
        const found = try self.known(name);
        set(found, "rb.from", json.quotedAll(&.{name}));
        if (found.source != null) set(found, "rb.relation", "copy");
        found.field.name = copied(to);
    }

    pub fn remove(self: *Schema, name: []const u8) host.Failed!void {
        const found = try self.known(name);
        _ = self.columns.orderedRemove((@intFromPtr(found) - @intFromPtr(self.columns.items.ptr)) / @sizeOf(Column));
    }

    /// A new column, computed from these of the input.
    pub fn add(self: *Schema, name: []const u8, kind: fields.Type, from: []const []const u8) host.Failed!void {
        if (self.field(name) != null) return host.fail("column-exists", "the stream has already a column: {s}", .{name});
        var made = Column{ .field = .{ .name = copied(name), .type = kind }, .source = null };
        set(&made, "rb.from", json.quotedAll(from));
        self.columns.append(memory.schema, made) catch @panic("out of memory");
    }

    /// Rows are dropped, split or routed by this input column.
    pub fn reads(self: *Schema, name: []const u8) void {
        self.read.append(memory.schema, name) catch @panic("out of memory");
    }

    /// A row may become several.
    pub fn splits(self: *Schema) void {
        self.may_split = true;
    }

    /// Tells the host, and what batches need.
    pub fn finish(self: *Schema) *Output {
        const all = memory.new(Field, self.columns.items.len);
        for (self.columns.items, all) |each, *field_of| field_of.* = each.field;
        host.emit(.schema, memory.concat(&.{ self.message(all), &end }), "");
        var sent = std.ArrayListUnmanaged(Field){};
        for (self.columns.items) |each| {
            if (self.may_split or each.source == null) sent.append(memory.call, each.field) catch @panic("out of memory");
        }
        const whole = copied(self.message(sent.items));
        sent.append(memory.call, .{ .name = "_rb_row", .type = .{ .int = .{ .bits = 32, .signed = false } }, .nullable = false }) catch @panic("out of memory");
        return memory.one(memory.schema, Output{
            .input = self.input,
            .columns = self.columns.items,
            .splits = self.may_split,
            .whole = whole,
            .some = copied(self.message(sent.items)),
        });
    }

    fn message(self: *Schema, columns: []const Field) []const u8 {
        var metadata = std.ArrayListUnmanaged(Pair){};
        metadata.appendSlice(memory.call, self.metadata) catch @panic("out of memory");
        const more = [_]?Pair{
            if (self.read.items.len > 0) .{ .key = "rb.reads", .value = json.quotedAll(self.read.items) } else null,
            if (self.may_split) .{ .key = "rb.splits", .value = "true" } else null,
        };
        for (more) |pair| {
            if (pair) |it| metadata.append(memory.call, it) catch @panic("out of memory");
        }
        const v5 = 4;
        var w = flat.Writer{};
        w.out.zero(4);
        const top = w.table(0, &.{ 2, 1, 4 });
        w.set(u16, top.at[0], v5);
        w.set(u8, top.at[1], schema_message);
        const slots = w.table(top.at[2], &.{ 2, 4, if (metadata.items.len > 0) 4 else 0 });
        fields.writeAll(&w, slots.at[1], columns);
        if (metadata.items.len > 0) fields.writeMetadata(&w, slots.at[2], metadata.items);
        w.out.pad(8);
        var prefix = flat.Bytes{};
        prefix.int(u32, continuation);
        prefix.int(u32, @intCast(w.out.len()));
        return memory.concat(&.{ prefix.at(), w.out.at() });
    }
};

const schema_message = 1;
const continuation = 0xffffffff;
pub const end = [_]u8{ 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0 };

fn copied(text: []const u8) []const u8 {
    return memory.schema.dupe(u8, text) catch @panic("out of memory");
}

fn set(column: *Column, key: []const u8, value: []const u8) void {
    var pairs = std.ArrayListUnmanaged(Pair){};
    for (column.field.metadata) |pair| {
        if (!std.mem.eql(u8, pair.key, key)) pairs.append(memory.schema, pair) catch @panic("out of memory");
    }
    pairs.append(memory.schema, .{ .key = key, .value = copied(value) }) catch @panic("out of memory");
    column.field.metadata = pairs.items;
}

/// The schema of a stream, to be changed by the module.
pub fn begin(ipc: []const u8) host.Failed!*Schema {
    const known = read(memory.schema, copied(ipc)) catch {
        try host.fail("undecodable-batch", "the batch cannot be read: its schema", .{});
        unreachable;
    };
    const schema = memory.one(memory.schema, Schema{ .input = known.fields, .metadata = known.metadata });
    for (known.fields) |field| {
        if (!field.isOurs()) schema.columns.append(memory.schema, .{ .field = field, .source = field.name }) catch @panic("out of memory");
    }
    return schema;
}

pub const Message = struct { header: flat.Table, body: u64, rest: []const u8 };

/// The next message, of the kind wanted.
pub fn nextMessage(ipc: []const u8, kind: u8) flat.Bad!Message {
    const len = try flat.load(u32, ipc, 4);
    if (try flat.load(u32, ipc, 0) != continuation or len > ipc.len - 8) return error.Undecodable;
    const message = try flat.Table.root(ipc[8 .. 8 + len]);
    if (try message.int(u8, 1, 0) != kind) return error.Undecodable;
    return .{ .header = try message.table(2), .body = try message.int(u64, 3, 0), .rest = ipc[8 + len ..] };
}

pub const Read = struct { fields: []const Field, metadata: []const Pair, rest: []const u8 };

/// A stream's schema, and what follows it. Texts stay where they are.
pub fn read(allocator: std.mem.Allocator, ipc: []const u8) flat.Bad!Read {
    const message = try nextMessage(ipc, schema_message);
    var budget: usize = fields.max_fields;
    const little_endian = 0;
    if (message.body != 0 or try message.header.int(u16, 0, 0) != little_endian) return error.Undecodable;
    return .{
        .fields = try fields.readAll(allocator, message.header, 1, 0, &budget),
        .metadata = try fields.readMetadata(allocator, message.header, 2),
        .rest = message.rest,
    };
}
