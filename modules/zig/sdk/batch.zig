//! A batch: read, changed, emitted.

const std = @import("std");
const columns = @import("column.zig");
const fields = @import("field.zig");
const flat = @import("flat.zig");
const host = @import("host.zig");
const memory = @import("memory.zig");
const schema = @import("schema.zig");
const Column = columns.Column;
const Builder = columns.Builder;

/// Rows that came in, and what is to come out of them.
pub const Batch = struct {
    rows: usize,
    /// The commit's time, in us since 1970.
    time_us: i64,
    known: *const schema.Output,
    columns: []const Column,
    /// By the output's place; null where nothing was asked for.
    outputs: []?*Builder,
    taken: []const ?Column,
    /// Which rows of the input these are; null for all, in their order.
    origins: ?[]u32 = null,
    /// By row; null where none is dropped.
    dropped: ?[]bool = null,
    ops: ?*const Column = null,
    marks: ?*const Column = null,
    emitted: *bool,

    fn nameColumns(self: *Batch) void {
        self.ops = self.input("_rb_op");
        self.marks = self.input("_rb_unchanged");
        if (self.ops) |ops| {
            if (ops.field.type != .int) self.ops = null;
        }
    }

    /// 'r' snapshot row, 'c' insert, 'u' update, 'd' delete.
    pub fn op(self: *const Batch, row: usize) u8 {
        const ops = self.ops orelse return 'c';
        return @truncate(@as(u64, @bitCast(ops.int(row) orelse 'c')));
    }

    /// Whether the column's value did not change and is not in the row.
    pub fn isUnchanged(self: *const Batch, row: usize, name: []const u8) bool {
        const marks = self.marks orelse return false;
        const at = marks.items(row) orelse return false;
        for (at.start..at.end) |item| {
            const number: usize = @intCast(marks.child(0).int(item) orelse continue);
            if (number < self.columns.len and std.mem.eql(u8, self.columns[number].field.name, name)) return true;
        }
        return false;
    }

    /// A column that came in.
    pub fn input(self: *const Batch, name: []const u8) ?*const Column {
        for (self.columns) |*column| {
            if (std.mem.eql(u8, column.field.name, name)) return column;
        }
        return null;
    }

    /// The new values of an output column, one for each row.
    pub fn output(self: *Batch, name: []const u8) host.Failed!*Builder {
        for (self.known.columns, 0..) |*column, i| {
            if (column.source == null and std.mem.eql(u8, column.field.name, name)) {
                const made = memory.one(memory.call, Builder.init(&column.field));
                self.outputs[i] = made;
                return made;
            }
        }
        try host.fail("not-an-output", "the schema does not say that this column is computed: {s}", .{name});
        unreachable;
    }

    pub fn drop(self: *Batch, row: usize) void {
        const dropped = self.dropped orelse memory.new(bool, self.rows);
        if (self.dropped == null) @memset(dropped, false);
        self.dropped = dropped;
        dropped[row] = true;
    }

    fn isDropped(self: *const Batch, row: usize) bool {
        return if (self.dropped) |dropped| dropped[row] else false;
    }

    fn origin(self: *const Batch, row: usize) u32 {
        return if (self.origins) |origins| origins[row] else @intCast(row);
    }

    /// The row goes to the dead letters.
    pub fn reject(self: *Batch, row: usize, code: []const u8, comptime why: []const u8, args: anytype) void {
        self.drop(row);
        host.reject(self.origin(row), code, why, args);
    }

    /// Some rows, any number of times and in any order; to be changed and emitted.
    pub fn take(self: *const Batch, rows: []const u32) *Batch {
        const part = memory.one(memory.call, self.*);
        part.rows = rows.len;
        const origins = memory.new(u32, rows.len);
        for (rows, origins) |row, *of| of.* = self.origin(row);
        part.origins = origins;
        part.dropped = null;
        for (rows, 0..) |row, i| {
            if (self.isDropped(row)) part.drop(i);
        }
        const inputs = memory.new(Column, self.columns.len);
        for (self.columns, inputs) |*from, *to| to.* = from.take(rows);
        const made = memory.new(?Column, self.known.columns.len);
        for (made, 0..) |*to, i| to.* = if (self.values(i)) |from| from.take(rows) else null;
        part.columns = inputs;
        part.taken = made;
        part.outputs = memory.new(?*Builder, self.outputs.len);
        @memset(part.outputs, null);
        part.nameColumns();
        return part;
    }

    /// What was put into an output column, if it was put into every row.
    fn values(self: *const Batch, i: usize) ?Column {
        const column = if (self.outputs[i]) |builder| builder.finish() else self.taken[i] orelse return null;
        return if (column.len == self.rows) column else null;
    }

    /// Sends the rows on, but for those dropped; an empty route is the stream's own. Then nothing goes out by itself.
    /// Columns that are copies stay at home, where the host has them, unless a row may stand twice.
    pub fn emit(self: *Batch, route: []const u8) host.Failed!void {
        self.emitted.* = true;
        const all = self.dropped == null and self.origins == null;
        var stay = std.ArrayListUnmanaged(u32){};
        var origins = Builder.init(&row_field);
        if (!all) for (0..self.rows) |row| {
            if (self.isDropped(row)) continue;
            stay.append(memory.call, @intCast(row)) catch @panic("out of memory");
            origins.put(@as(i64, self.origin(row)));
        };
        const rows = if (all) self.rows else stay.items.len;
        var out = std.ArrayListUnmanaged(Column){};
        for (self.known.columns, 0..) |of, i| {
            if (of.source != null and !self.known.splits) continue;
            const found = if (of.source) |source| (self.input(source) orelse unreachable).* else self.values(i);
            const column = found orelse return host.fail("missing-values", "not every row was given a value of column: {s}", .{of.field.name});
            out.append(memory.call, if (rows < self.rows) column.take(stay.items) else column) catch @panic("out of memory");
        }
        if (!all) out.append(memory.call, origins.finish()) catch @panic("out of memory");
        host.emit(.batch, try write(if (all) self.known.whole else self.known.some, rows, out.items), route);
    }
};

const row_field = fields.Field{ .name = "_rb_row", .type = .{ .int = .{ .bits = 32, .signed = false } }, .nullable = false };
const record_batch = 3;

/// Reads a batch of the schema that was given last.
pub fn read(ipc: []const u8, known: *const schema.Output, time_us: i64) host.Failed!*Batch {
    return tryRead(ipc, known, time_us) catch |err| {
        switch (err) {
            error.Undecodable => try host.fail("undecodable-batch", "the batch cannot be read", .{}),
            error.OtherSchema => try host.fail("other-schema", "the batch is not of the schema given last", .{}),
        }
        unreachable;
    };
}

fn tryRead(ipc: []const u8, known: *const schema.Output, time_us: i64) error{ Undecodable, OtherSchema }!*Batch {
    const of = try schema.read(memory.call, ipc);
    if (!fields.same(of.fields, known.input)) return error.OtherSchema;
    const message = try schema.nextMessage(of.rest, record_batch);
    const compression = 3;
    const rows = try message.header.int(u64, 0, 0);
    if (message.body > message.rest.len or rows > std.math.maxInt(i32)) return error.Undecodable;
    if (try message.header.slot(compression) != null) return error.Undecodable;
    var reader = columns.Reader{
        .nodes = try message.header.vector(1, 16),
        .buffers = try message.header.vector(2, 16),
        .body = message.rest[0..@intCast(message.body)],
    };
    const inputs = memory.new(Column, of.fields.len);
    for (of.fields, inputs) |*field, *column| {
        column.* = try reader.column(field);
        if (column.len != rows) return error.Undecodable;
    }
    if (reader.node != reader.nodes.len or reader.buffer != reader.buffers.len) return error.Undecodable;
    const count: usize = @intCast(rows);
    const batch = memory.one(memory.call, Batch{
        .rows = count,
        .time_us = time_us,
        .known = known,
        .columns = inputs,
        .outputs = memory.new(?*Builder, known.columns.len),
        .taken = memory.new(?Column, known.columns.len),
        .emitted = memory.one(memory.call, false),
    });
    @memset(batch.outputs, null);
    @memset(@constCast(batch.taken), null);
    batch.nameColumns();
    return batch;
}

/// Lists nodes and buffers, and sums up the body.
const Outline = struct {
    nodes: flat.Bytes = .{},
    buffers: flat.Bytes = .{},
    body: u64 = 0,

    pub fn node(self: *Outline, len: usize, nulls: usize) void {
        self.nodes.int(u64, len);
        self.nodes.int(u64, nulls);
    }

    pub fn buffer(self: *Outline, bytes: []const u8) void {
        self.buffers.int(u64, self.body);
        self.buffers.int(u64, bytes.len);
        self.body += (bytes.len + 7) & ~@as(u64, 7);
    }
};

/// Copies the buffers.
const Body = struct {
    out: *flat.Bytes,

    pub fn node(_: Body, _: usize, _: usize) void {}

    pub fn buffer(self: Body, bytes: []const u8) void {
        self.out.put(bytes);
        self.out.zero((8 - bytes.len % 8) % 8);
    }
};

/// The stream of a schema, a batch and the end. The batch's message is laid out by hand: each place is known.
fn write(message: []const u8, rows: usize, out: []const Column) host.Failed![]const u8 {
    var outline = Outline{};
    for (out) |*column| column.visit(&outline);
    if (outline.body > 0x70000000) try host.fail("batch-too-large", "the batch has more than 1.75 GiB", .{});
    const nodes: u32 = @intCast(outline.nodes.len());
    const buffers: u32 = @intCast(outline.buffers.len());
    var bytes = flat.Bytes{};
    bytes.reserve(message.len + 104 + nodes + buffers + @as(usize, @intCast(outline.body)));
    bytes.put(message);
    for ([_]u32{ 0xffffffff, 80 + nodes + buffers, 16 }) |word| bytes.int(u32, word);
    for ([_]u16{ 12, 20, 16, 18, 4, 8 }) |half| bytes.int(u16, half); // at 4: the message's vtable
    for ([_]u32{ 12, 28 }) |word| bytes.int(u32, word); // at 16: the message; its header is at 20 + 28
    bytes.int(u64, outline.body);
    for ([_]u16{ 4, record_batch, 10, 20, 8, 4, 16, 0 }) |half| bytes.int(u16, half); // V5; at 36: the batch's vtable
    for ([_]u32{ 12, 16 }) |word| bytes.int(u32, word); // at 48: the batch; its nodes are at 52 + 16
    bytes.int(u64, rows);
    for ([_]u32{ 12 + nodes, nodes / 16 }) |word| bytes.int(u32, word);
    bytes.put(outline.nodes.at());
    for ([_]u32{ 0, buffers / 16 }) |word| bytes.int(u32, word);
    bytes.put(outline.buffers.at());
    for (out) |*column| column.visit(Body{ .out = &bytes });
    bytes.put(&schema.end);
    return bytes.at();
}
