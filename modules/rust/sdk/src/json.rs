//! JSON as the host writes it.

use crate::{Error, Result};

#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub fn parse(text: &[u8]) -> Result<Json> {
        let mut parser = Parser { text, at: 0 };
        parser.value(0).ok_or_else(|| Error::new("bad-json", "what the host says is no JSON"))
    }

    /// A key's value; `Null` where there is none.
    pub fn get(&self, key: &str) -> &Json {
        match self {
            Json::Object(entries) => entries.iter().find(|(name, _)| name == key).map_or(&Json::Null, |(_, value)| value),
            _ => &Json::Null,
        }
    }

    pub fn items(&self) -> &[Json] {
        match self {
            Json::Array(items) => items,
            _ => &[],
        }
    }

    /// An object's keys and values.
    pub fn entries(&self) -> &[(String, Json)] {
        match self {
            Json::Object(entries) => entries,
            _ => &[],
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn int(&self) -> Option<i64> {
        match self {
            Json::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// A list of texts; `None` where there is no list.
    pub fn texts(&self) -> Option<Vec<String>> {
        match self {
            Json::Array(items) => items.iter().map(|item| item.text().map(String::from)).collect(),
            _ => None,
        }
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&mut self) -> Option<u8> {
        while matches!(self.text.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += there as usize;
        there
    }

    fn value(&mut self, depth: u32) -> Option<Json> {
        if depth > 64 {
            return None;
        }
        match self.peek()? {
            b'"' => self.string().map(Json::String),
            b'[' => self.list(b']', |parser| parser.value(depth + 1)).map(Json::Array),
            b'{' => {
                let entry = |parser: &mut Self| {
                    let key = parser.string()?;
                    if !parser.takes(b':') {
                        return None;
                    }
                    Some((key, parser.value(depth + 1)?))
                };
                self.list(b'}', entry).map(Json::Object)
            }
            _ => {
                let start = self.at;
                while matches!(self.text.get(self.at), Some(b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.' | b'E')) {
                    self.at += 1;
                }
                match &self.text[start..self.at] {
                    b"" => None,
                    b"null" => Some(Json::Null),
                    b"true" => Some(Json::Bool(true)),
                    b"false" => Some(Json::Bool(false)),
                    digits => String::from_utf8(digits.to_vec()).ok().map(Json::Number),
                }
            }
        }
    }

    fn list<T>(&mut self, end: u8, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.at += 1;
        let mut items = Vec::new();
        if self.takes(end) {
            return Some(items);
        }
        loop {
            items.push(item(self)?);
            if self.takes(end) {
                return Some(items);
            }
            if !self.takes(b',') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        if !self.takes(b'"') {
            return None;
        }
        let mut text = Vec::new();
        loop {
            let byte = *self.text.get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(text).ok(),
                b'\\' => {
                    let escaped = *self.text.get(self.at)?;
                    self.at += 1;
                    let c = match escaped {
                        b'n' => '\n',
                        b't' => '\t',
                        b'r' => '\r',
                        b'b' => '\u{8}',
                        b'f' => '\u{c}',
                        b'u' => self.unicode()?,
                        other => other as char,
                    };
                    text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                other => text.push(other),
            }
        }
    }

    fn unicode(&mut self) -> Option<char> {
        let high = self.hex()?;
        if high >> 10 != 0x36 {
            return char::from_u32(high);
        }
        self.at += 2; // \u
        let low = self.hex()?;
        char::from_u32(0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |value, &digit| Some(value * 16 + (digit as char).to_digit(16)?))
    }
}

/// Writes a text as a JSON string.
pub(crate) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        if c == '"' || c == '\\' {
            out.push('\\');
        }
        if c < ' ' {
            out.push_str("\\u00");
            out.push(if c < '\u{10}' { '0' } else { '1' });
            out.push(char::from_digit(c as u32 & 15, 16).unwrap_or('0'));
        } else {
            out.push(c);
        }
    }
    out.push('"');
}

pub(crate) fn quote_all(texts: &[String]) -> String {
    let mut out = String::from("[");
    for (i, text) in texts.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        quote(text, &mut out);
    }
    out.push(']');
    out
}
