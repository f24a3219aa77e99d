//! Masks columns that hold e-mail addresses (ann@example.com: a***@example.com) and drops the rows of test accounts.
//! config: columns, default ["email"]; test_domains, default ["test.example"].

const std = @import("std");
const rb = @import("rapidbyte");
pub const panic = rb.panic;

const MaskEmail = struct {
    columns: []const []const u8,
    test_domains: []const []const u8,

    pub fn open(config: rb.Json) !MaskEmail {
        return .{
            .columns = config.get("columns").strings() orelse &.{"email"},
            .test_domains = config.get("test_domains").strings() orelse &.{"test.example"},
        };
    }

    pub fn schema(self: *MaskEmail, out: *rb.Schema) !void {
        for (self.columns) |name| {
            const field = out.field(name);
            if (field == null or field.?.type != .utf8) return rb.fail("no-such-column", "the stream has no text column: {s}", .{name});
            try out.recompute(name);
            out.reads(name);
        }
    }

    pub fn batch(self: *MaskEmail, in: *rb.Batch) !void {
        for (self.columns) |name| {
            const emails = in.input(name) orelse return rb.fail("no-such-column", "the batch has no column: {s}", .{name});
            const masked = try in.output(name);
            for (0..in.rows) |row| {
                const email = emails.bytes(row);
                masked.put(if (email) |text| mask(text) else null);
                if (email != null and in.op(row) != 'd' and self.isTest(email.?)) in.drop(row);
            }
        }
    }

    fn isTest(self: *MaskEmail, email: []const u8) bool {
        const at = std.mem.lastIndexOfScalar(u8, email, '@') orelse return false;
        for (self.test_domains) |domain| {
            if (std.ascii.eqlIgnoreCase(email[at + 1 ..], domain)) return true;
        }
        return false;
    }
};

/// The first character, ***, and what begins with the last @; *** alone where there is none or nothing before it.
fn mask(email: []const u8) []const u8 {
    const at = std.mem.lastIndexOfScalar(u8, email, '@') orelse 0;
    if (at == 0) return "***";
    const first = std.unicode.utf8ByteSequenceLength(email[0]) catch 1;
    return rb.concat(&.{ email[0..@min(first, at)], "***", email[at..] });
}

comptime {
    rb.module(MaskEmail);
}
