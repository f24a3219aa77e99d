//! Reads every value and writes it again, of whatever type: by this the SDKs are held to one another.
//! config: reject, a row; route, to where the even rows go as well, and then the others go out backwards.

const rb = @import("rapidbyte");
pub const panic = rb.panic;

const Echo = struct {
    reject: ?i64,
    route: ?[]const u8,

    pub fn open(config: rb.Json) !Echo {
        return .{ .reject = config.get("reject").int(), .route = config.get("route").string() };
    }

    pub fn schema(_: *Echo, out: *rb.Schema) !void {
        for (out.columns.items) |column| try out.recompute(column.field.name);
    }

    pub fn batch(self: *Echo, in: *rb.Batch) !void {
        for (in.columns) |*from| {
            if (from.field.isOurs()) continue;
            const to = try in.output(from.field.name);
            for (0..in.rows) |row| again(from, row, to);
        }
        if (self.reject) |row| {
            if (row < in.rows) in.reject(@intCast(row), "unwanted", "the configuration says so", .{});
        }
        const route = self.route orelse return;
        const backwards = rb.new(u32, in.rows);
        const even = rb.new(u32, (in.rows + 1) / 2);
        for (0..in.rows) |row| {
            backwards[in.rows - 1 - row] = @intCast(row);
            if (row % 2 == 0) even[row / 2] = @intCast(row);
        }
        try in.take(backwards).emit("");
        try in.take(even).emit(route);
    }
};

fn again(from: *const rb.Column, row: usize, to: *rb.Builder) void {
    if (from.isNull(row)) return to.putNull();
    switch (from.field.type) {
        .bool => to.put(from.boolean(row)),
        .int, .date, .time, .timestamp, .duration => to.put(from.int(row)),
        .float => to.put(from.float(row)),
        .list, .map, .fixed_list => {
            const items = from.items(row).?;
            for (items.start..items.end) |item| again(from.child(0), item, &to.children[0]);
            to.putItems();
        },
        .@"struct" => {
            for (from.children, to.children) |*child, *into| again(child, row, into);
            to.putItems();
        },
        else => to.put(from.bytes(row)),
    }
}

comptime {
    rb.module(Echo);
}
