//! Puts *** in place of every value of a text column. config: column.

const rb = @import("rapidbyte");
pub const panic = rb.panic;

const Module = struct {
    column: []const u8,

    /// Once, with the pipeline's configuration.
    pub fn open(config: rb.Json) !Module {
        const column = config.get("column").string() orelse {
            try rb.fail("no-column", "config.column is missing: name a text column", .{});
            unreachable;
        };
        return .{ .column = column };
    }

    /// Once for each set of columns: what comes out begins as what comes in.
    pub fn schema(self: *Module, out: *rb.Schema) !void {
        const field = out.field(self.column);
        if (field == null or field.?.type != .utf8) return rb.fail("no-such-column", "the stream has no text column: {s}", .{self.column});
        try out.recompute(self.column);
    }

    /// For each batch: put the new values; drop and reject leave rows out.
    pub fn batch(self: *Module, in: *rb.Batch) !void {
        const values = in.input(self.column) orelse return rb.fail("no-such-column", "the batch has no column: {s}", .{self.column});
        const masked = try in.output(self.column);
        for (0..in.rows) |row| masked.put(if (values.isNull(row)) null else "***");
    }
};

comptime {
    rb.module(Module);
}
