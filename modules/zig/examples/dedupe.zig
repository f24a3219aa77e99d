//! Lets a change pass unless one with the same values in the named columns has passed within the window.
//! config: columns, required; window_s, default 600. The manifest asks for state; a duplicate drops the change alone.

const std = @import("std");
const rb = @import("rapidbyte");
pub const panic = rb.panic;

const Dedupe = struct {
    columns: []const []const u8,
    window_ms: i64,

    pub fn open(config: rb.Json) !Dedupe {
        const columns = config.get("columns").strings() orelse &[_][]const u8{};
        const window_s = config.get("window_s").int() orelse 600;
        if (columns.len == 0) try rb.fail("no-columns", "config.columns is empty: name those by which duplicates are known", .{});
        if (window_s <= 0) try rb.fail("bad-window", "config.window_s is not above 0", .{});
        return .{ .columns = columns, .window_ms = window_s * 1000 };
    }

    pub fn schema(self: *Dedupe, out: *rb.Schema) !void {
        for (self.columns) |name| {
            const field = out.field(name);
            if (field == null or field.?.children.len > 0) return rb.fail("no-such-column", "the stream has no simple column: {s}", .{name});
            out.reads(name);
        }
    }

    pub fn batch(self: *Dedupe, in: *rb.Batch) !void {
        const columns = rb.new(*const rb.Column, self.columns.len);
        for (self.columns, columns) |name, *column| {
            column.* = in.input(name) orelse return rb.fail("no-such-column", "the batch has no column: {s}", .{name});
        }
        var dropped: f64 = 0;
        for (0..in.rows) |row| {
            if (in.op(row) == 'd') continue;
            const key = keyOf(columns, row);
            if (rb.state.has(key)) {
                in.drop(row);
                dropped += 1;
            } else {
                rb.state.put(key, "1", self.window_ms);
            }
        }
        if (dropped > 0) rb.metric.count("duplicates", dropped);
    }
};

/// Of each column 0 where it is NULL, else 1, the length in four bytes, the value: no two rows look alike that are not.
fn keyOf(columns: []const *const rb.Column, row: usize) []const u8 {
    const parts = rb.new([]const u8, 2 * columns.len);
    for (columns, 0..) |column, i| {
        const value = column.bytes(row);
        const head = rb.new(u8, if (value == null) 1 else 5);
        head[0] = if (value == null) 0 else 1;
        if (value) |bytes| std.mem.writeInt(u32, head[1..5], @intCast(bytes.len), .little);
        parts[2 * i] = head;
        parts[2 * i + 1] = value orelse "";
    }
    return rb.concat(parts);
}

comptime {
    rb.module(Dedupe);
}
