//! Reads every value and writes it again, of whatever type: by this the SDKs are held to one another.
//! config: reject, a row; route, to where the even rows go as well, and then the others go out backwards;
//! reshape, to rename, remove and add columns instead, and to use state, log and metrics.

const rb = @import("rapidbyte");
pub const panic = rb.panic;

const Echo = struct {
    reject: ?i64,
    route: ?[]const u8,
    reshape: bool,

    pub fn open(config: rb.Json) !Echo {
        return .{ .reject = config.get("reject").int(), .route = config.get("route").string(), .reshape = config.get("reshape").exists() };
    }

    pub fn schema(self: *Echo, out: *rb.Schema) !void {
        if (self.reshape) {
            out.splits();
            try out.rename("id", "number");
            try out.remove("amount");
            return out.add("email changed", .bool, &.{"email"});
        }
        for (out.columns.items) |column| try out.recompute(column.field.name);
    }

    pub fn batch(self: *Echo, in: *rb.Batch) !void {
        if (self.reshape) {
            const changed = try in.output("email changed");
            for (0..in.rows) |row| changed.put(!in.isUnchanged(row, "email"));
            return remember(in);
        }
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

/// Keeps 300 bytes more for each batch, three times.
fn remember(in: *rb.Batch) void {
    const seen = rb.state.get("seen") orelse "";
    rb.metric.count("bytes", @floatFromInt(seen.len));
    rb.metric.count("seconds", @floatFromInt(@divFloor(in.time_us, 1_000_000)));
    rb.log(.info, "reshaped");
    if (seen.len >= 600) return rb.state.delete("seen");
    rb.state.put("seen", rb.concat(&.{ seen, "s" ** 300 }), 0);
}

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
