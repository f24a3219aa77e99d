//! What the host does for a module.

const std = @import("std");
const memory = @import("memory.zig");
const json = @import("json.zig");

const imports = struct {
    extern "rapidbyte_v1" fn emit(kind: i32, at: [*]const u8, len: usize, route: [*]const u8, route_len: usize) void;
    extern "rapidbyte_v1" fn reject(row: u32, err: [*]const u8, len: usize) void;
    extern "rapidbyte_v1" fn @"error"(err: [*]const u8, len: usize) void;
    extern "rapidbyte_v1" fn log(level: i32, text: [*]const u8, len: usize) void;
    extern "rapidbyte_v1" fn metric(kind: i32, name: [*]const u8, len: usize, value: f64) void;
    extern "rapidbyte_v1" fn state_get(key: [*]const u8, key_len: usize, to: [*]u8, room: usize) i32;
    extern "rapidbyte_v1" fn state_put(key: [*]const u8, key_len: usize, value: [*]const u8, len: usize, ttl_ms: i64) void;
    extern "rapidbyte_v1" fn state_delete(key: [*]const u8, key_len: usize) void;
};

pub const Kind = enum(i32) { schema = 1, batch = 2 };

pub fn emit(kind: Kind, bytes: []const u8, route: []const u8) void {
    imports.emit(@intFromEnum(kind), bytes.ptr, bytes.len, route.ptr, route.len);
}

pub const Level = enum(i32) { debug, info, warn, err };

/// A line for the pipeline's log.
pub fn log(level: Level, text: []const u8) void {
    imports.log(@intFromEnum(level), text.ptr, text.len);
}

fn fault(code: []const u8, comptime message: []const u8, args: anytype) []const u8 {
    const text = std.fmt.allocPrint(memory.call, message, args) catch @panic("out of memory");
    return memory.concat(&.{ "{\"category\":\"data\",\"code\":", json.quoted(code), ",\"message\":", json.quoted(text), "}" });
}

pub const Failed = error{Failed};

/// Why the call cannot go on: `return rb.fail("bad-address", "no address: {s}", .{text});`
pub fn fail(code: []const u8, comptime message: []const u8, args: anytype) Failed!void {
    const text = fault(code, message, args);
    imports.@"error"(text.ptr, text.len);
    return error.Failed;
}

pub fn reject(row: u32, code: []const u8, comptime message: []const u8, args: anytype) void {
    const text = fault(code, message, args);
    imports.reject(row, text.ptr, text.len);
}

/// Numbers for the pipeline's metrics. Names have letters, digits and underscores.
pub const metric = struct {
    pub fn count(name: []const u8, by: f64) void {
        imports.metric(0, name.ptr, name.len, by);
    }
    pub fn gauge(name: []const u8, value: f64) void {
        imports.metric(1, name.ptr, name.len, value);
    }
    pub fn histogram(name: []const u8, value: f64) void {
        imports.metric(2, name.ptr, name.len, value);
    }
};

/// What a module finds again in the next batch. Changes count if the call ends well, together with what it emits.
pub const state = struct {
    pub fn has(key: []const u8) bool {
        var none: [1]u8 = undefined;
        return imports.state_get(key.ptr, key.len, &none, 0) >= 0;
    }

    pub fn get(key: []const u8) ?[]const u8 {
        var room = memory.new(u8, 256);
        while (true) {
            const len = imports.state_get(key.ptr, key.len, room.ptr, room.len);
            if (len < 0) return null;
            if (len <= room.len) return room[0..@intCast(len)];
            room = memory.new(u8, @intCast(len));
        }
    }

    /// A `ttl_ms` of 0 or less keeps it for ever.
    pub fn put(key: []const u8, value: []const u8, ttl_ms: i64) void {
        imports.state_put(key.ptr, key.len, value.ptr, value.len, ttl_ms);
    }

    pub fn delete(key: []const u8) void {
        imports.state_delete(key.ptr, key.len);
    }
};
