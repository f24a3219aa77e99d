//! JSON as the host writes it, read where it stands.

const std = @import("std");
const memory = @import("memory.zig");

/// A value's text; empty where there is none.
pub const Json = struct {
    text: []const u8,

    const none = Json{ .text = "" };

    pub fn exists(self: Json) bool {
        return self.text.len > 0;
    }

    pub fn get(self: Json, key: []const u8) Json {
        var parts = Parts.of(self.text, '{') orelse return none;
        while (parts.next()) |name| {
            const value = parts.next() orelse return none;
            if (name.len >= 2 and std.mem.eql(u8, name[1 .. name.len - 1], key)) return .{ .text = value };
        }
        return none;
    }

    pub fn string(self: Json) ?[]const u8 {
        return if (self.text.len >= 2 and self.text[0] == '"') decoded(self.text[1 .. self.text.len - 1]) else null;
    }

    pub fn int(self: Json) ?i64 {
        return std.fmt.parseInt(i64, self.text, 10) catch null;
    }

    /// A list of texts; null where there is no list.
    pub fn strings(self: Json) ?[]const []const u8 {
        var counting = Parts.of(self.text, '[') orelse return null;
        var count: usize = 0;
        while (counting.next() != null) count += 1;
        const texts = memory.keep([]const u8, count);
        var parts = Parts.of(self.text, '[').?;
        for (texts) |*text| text.* = (Json{ .text = parts.next().? }).string() orelse "";
        return texts;
    }
};

/// The values in a list or object, keys among them.
const Parts = struct {
    text: []const u8,
    at: usize = 1,

    fn of(text: []const u8, open: u8) ?Parts {
        return if (text.len > 0 and text[0] == open) .{ .text = text } else null;
    }

    fn next(self: *Parts) ?[]const u8 {
        while (self.at < self.text.len) : (self.at += 1) {
            switch (self.text[self.at]) {
                ' ', '\n', '\r', '\t', ',', ':' => {},
                ']', '}' => return null,
                else => {
                    const start = self.at;
                    self.at = endOf(self.text, start);
                    return self.text[start..self.at];
                },
            }
        }
        return null;
    }
};

/// Behind the value that begins there.
fn endOf(text: []const u8, start: usize) usize {
    var depth: usize = 0;
    var i = start;
    while (i < text.len) : (i += 1) {
        switch (text[i]) {
            '"' => {
                i += 1;
                while (i < text.len and text[i] != '"') : (i += 1) {
                    if (text[i] == '\\') i += 1;
                }
                if (depth == 0) return @min(i + 1, text.len);
            },
            '{', '[' => depth += 1,
            '}', ']' => {
                if (depth == 0) return i;
                depth -= 1;
                if (depth == 0) return i + 1;
            },
            ',', ':', ' ', '\n', '\r', '\t' => if (depth == 0) return i,
            else => {},
        }
    }
    return text.len;
}

fn hex(text: []const u8, at: usize) u21 {
    if (at + 4 > text.len) return 0xfffd;
    return std.fmt.parseInt(u16, text[at .. at + 4], 16) catch 0xfffd;
}

fn decoded(text: []const u8) []const u8 {
    const out = memory.keep(u8, text.len + 4); // decoded it is never longer
    var len: usize = 0;
    var i: usize = 0;
    while (i < text.len) : (i += 1) {
        if (text[i] != '\\' or i + 1 == text.len) {
            out[len] = text[i];
            len += 1;
            continue;
        }
        i += 1;
        var c: u21 = switch (text[i]) {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => 8,
            'f' => 12,
            'u' => hex(text, i + 1),
            else => |other| other,
        };
        if (text[i] == 'u') {
            i += 4;
            if (c >> 10 == 0x36) {
                c = 0x10000 + ((c & 0x3ff) << 10) + (hex(text, i + 3) & 0x3ff);
                i += 6;
            }
        }
        len += std.unicode.utf8Encode(c, out[len..]) catch 0;
    }
    return out[0..len];
}

/// As a JSON string, until the call ends.
pub fn quoted(text: []const u8) []const u8 {
    const out = memory.new(u8, text.len * 6 + 2);
    var len: usize = 1;
    out[0] = '"';
    for (text) |c| {
        if (c < ' ') {
            const escaped = [_]u8{ '\\', 'u', '0', '0', '0' + (c >> 4), "0123456789abcdef"[c & 15] };
            @memcpy(out[len .. len + 6], &escaped);
            len += 6;
            continue;
        }
        if (c == '"' or c == '\\') {
            out[len] = '\\';
            len += 1;
        }
        out[len] = c;
        len += 1;
    }
    out[len] = '"';
    return out[0 .. len + 1];
}

pub fn quotedAll(texts: []const []const u8) []const u8 {
    var out: []const u8 = "[";
    for (texts, 0..) |text, i| out = memory.concat(&.{ out, if (i > 0) "," else "", quoted(text) });
    return memory.concat(&.{ out, "]" });
}
