//! The Zig SDK of Rapidbyte's guest modules. A module is a struct with
//!
//!     pub fn open(config: rb.Json) !Self                       // from the pipeline's `config` for this module
//!     pub fn schema(self: *Self, out: *rb.Schema) !void        // what comes out; it begins as all that comes in
//!     pub fn batch(self: *Self, in: *rb.Batch) !void           // works on a batch, which goes out when this returns
//!
//! made the module by `comptime { rb.module(Self); }`. Build for wasm32-freestanding. Memory of `rb.new` is valid until the call ends,
//! that of `rb.keep` for ever. Reading a row that is not there, or a value as what it is not, panics: the host tells it.

const std = @import("std");
const batch = @import("batch.zig");
const column = @import("column.zig");
const field = @import("field.zig");
const host = @import("host.zig");
const json = @import("json.zig");
const memory = @import("memory.zig");
const schema = @import("schema.zig");

pub const Batch = batch.Batch;
pub const Column = column.Column;
pub const Builder = column.Builder;
pub const Field = field.Field;
pub const Type = field.Type;
pub const Json = json.Json;
pub const Schema = schema.Schema;
pub const state = host.state;
pub const metric = host.metric;
pub const log = host.log;
pub const Level = host.Level;
pub const fail = host.fail;
pub const new = memory.new;
pub const keep = memory.keep;
pub const concat = memory.concat;

/// Name it `pub const panic = rb.panic;` in the root file: what a panic says then reaches the log.
pub fn panic(message: []const u8, _: ?*std.builtin.StackTrace, _: ?usize) noreturn {
    host.log(.err, message);
    @trap();
}

/// Exports what the host calls.
pub fn module(comptime Module: type) void {
    const Exports = struct {
        var opened: ?Module = null;
        var output: ?*schema.Output = null;

        fn abi() callconv(.C) i32 {
            return 1;
        }
        fn alloc(len: usize) callconv(.C) usize {
            return memory.give(len);
        }
        fn free(at: usize, len: usize) callconv(.C) void {
            memory.take(at, len);
        }
        fn answer(result: anyerror!void) i32 {
            defer memory.endCall();
            if (result) |_| return 0 else |err| {
                if (err != error.Failed) host.fail("failed", "{s}", .{@errorName(err)}) catch {};
                return -1;
            }
        }
        fn open(at: [*]const u8, len: usize) callconv(.C) i32 {
            return answer(tryOpen(at[0..len]));
        }
        fn tryOpen(text: []const u8) !void {
            const setup = Json{ .text = memory.keepCopy(text) };
            opened = try Module.open(setup.get("config"));
        }
        fn close() callconv(.C) i32 {
            opened = null;
            return 0;
        }
        fn onSchema(at: [*]const u8, len: usize) callconv(.C) i32 {
            output = null;
            memory.endSchema();
            return answer(trySchema(at[0..len]));
        }
        fn trySchema(ipc: []const u8) !void {
            const self = if (opened) |*it| it else return host.fail("not-open", "the module is not open", .{});
            const asked = try schema.begin(ipc);
            try self.schema(asked);
            output = asked.finish();
        }
        fn onBatch(meta: [*]const u8, meta_len: usize, at: [*]const u8, len: usize) callconv(.C) i32 {
            return answer(tryBatch(.{ .text = meta[0..meta_len] }, at[0..len]));
        }
        fn tryBatch(meta: Json, ipc: []const u8) !void {
            const self = if (opened) |*it| it else return host.fail("not-open", "the module is not open", .{});
            const known = output orelse return host.fail("no-schema", "rb_transform before rb_schema", .{});
            const rows = try batch.read(ipc, known, meta.get("time_us").int() orelse 0);
            try self.batch(rows);
            if (!rows.emitted.*) try rows.emit("");
        }
    };
    @export(Exports.abi, .{ .name = "rb_abi" });
    @export(Exports.alloc, .{ .name = "rb_alloc" });
    @export(Exports.free, .{ .name = "rb_free" });
    @export(Exports.open, .{ .name = "rb_open" });
    @export(Exports.close, .{ .name = "rb_close" });
    @export(Exports.onSchema, .{ .name = "rb_schema" });
    @export(Exports.onBatch, .{ .name = "rb_transform" });
}
