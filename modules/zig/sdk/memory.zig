//! Memory of three ages: a call's, a schema's, for ever.

const std = @import("std");
const pages = std.heap.wasm_allocator;

var of_call = std.heap.ArenaAllocator.init(pages);
var of_schema = std.heap.ArenaAllocator.init(pages);
var kept = std.heap.ArenaAllocator.init(pages);

pub const call = of_call.allocator();
pub const schema = of_schema.allocator();

fn orPanic(comptime T: type, result: std.mem.Allocator.Error![]T) []T {
    return result catch @panic("out of memory");
}

/// Items until the call ends.
pub fn new(comptime T: type, count: usize) []T {
    return orPanic(T, call.alloc(T, count));
}

/// Items for ever.
pub fn keep(comptime T: type, count: usize) []T {
    return orPanic(T, kept.allocator().alloc(T, count));
}

pub fn one(allocator: std.mem.Allocator, value: anytype) *@TypeOf(value) {
    const at = allocator.create(@TypeOf(value)) catch @panic("out of memory");
    at.* = value;
    return at;
}

pub fn keepCopy(text: []const u8) []const u8 {
    const copied = keep(u8, text.len);
    @memcpy(copied, text);
    return copied;
}

/// Texts behind each other, until the call ends.
pub fn concat(parts: []const []const u8) []const u8 {
    return orPanic(u8, std.mem.concat(call, u8, parts));
}

pub fn endCall() void {
    _ = of_call.reset(.{ .retain_with_limit = 1 << 20 });
}

pub fn endSchema() void {
    _ = of_schema.reset(.free_all);
}

/// For the host; 0 where there is none.
pub fn give(len: usize) usize {
    const bytes = pages.alignedAlloc(u8, 8, @max(len, 1)) catch return 0;
    return @intFromPtr(bytes.ptr);
}

pub fn take(at: usize, len: usize) void {
    if (at == 0) return;
    const bytes: [*]align(8) u8 = @ptrFromInt(at);
    pages.free(bytes[0..@max(len, 1)]);
}
