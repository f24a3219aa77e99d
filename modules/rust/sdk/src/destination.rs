//! A destination: its life, http, rows as lines of JSON.

use crate::column::Column;
use crate::digits::float;
use crate::json::quote;
use crate::schema::{read, Output};
use crate::{host, Batch, Error, Json, Result, Type};
use std::rc::Rc;

/// What a destination does. One value of it lives as long as the instance, for one partition of a stream.
pub trait Destination {
    /// From the pipeline's `config` for this module.
    fn open(config: &Json) -> Result<Self>
    where
        Self: Sized;

    /// What comes from here on: `stream`, `mode`, `partitions`, `version`, `key`, `columns` (`name`, `type`).
    fn prepare(&mut self, stream: &Json) -> Result<()> {
        let _ = stream;
        Ok(())
    }

    /// Where it goes on: `stream`, `topic`, `partition`, `fence`, `token`. A module that promises exactly-once gives back
    /// the token of the last commit that is stored, or an empty one.
    fn resume(&mut self, place: &Json) -> Result<Option<String>> {
        let _ = place;
        Ok(None)
    }

    fn begin(&mut self, delivery: &Delivery) -> Result<()>;

    /// Rows of the delivery; what is sent here need not stay before `commit`.
    fn write(&mut self, batch: &mut Batch) -> Result<()>;

    fn commit(&mut self, delivery: &Delivery) -> Result<()> {
        let _ = delivery;
        Ok(())
    }

    /// Nothing of it is to stay, as far as that can be.
    fn abort(&mut self, delivery: &Delivery) -> Result<()> {
        let _ = delivery;
        Ok(())
    }
}

/// What is delivered between `begin` and `commit`.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The same when it comes again.
    pub key: String,
    pub kind: String,
    pub rows: i64,
    pub generation: i64,
    /// To be stored with the data by a module that promises exactly-once; else empty.
    pub token: String,
}

impl Delivery {
    fn read(json: &Json) -> Delivery {
        let text = |name| json.get(name).text().unwrap_or("").into();
        let int = |name| json.get(name).int().unwrap_or(0);
        Delivery { key: text("key"), kind: text("kind"), rows: int("rows"), generation: int("generation"), token: text("token") }
    }
}

/// What an endpoint answered. Status 0: no answer came.
#[derive(Debug)]
pub struct Reply {
    pub status: i64,
    /// An object, names in lower case.
    pub headers: Json,
    pub body: Vec<u8>,
    /// Why no answer came: `timeout`, `connect`, `dns`, `tls`, `broken`.
    pub error: String,
}

impl Reply {
    /// Sends a request: only where the manifest asks for it and the pipeline allows it.
    pub fn to(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply> {
        let mut request = String::from("{\"method\":");
        quote(method, &mut request);
        request.push_str(",\"url\":");
        quote(url, &mut request);
        request.push_str(",\"headers\":{");
        for (i, (name, value)) in headers.iter().enumerate() {
            member(name, i > 0, &mut request);
            quote(value, &mut request);
        }
        request.push_str("}}\n");
        let answer = host::http(&[request.as_bytes(), body].concat());
        let end = answer.iter().position(|&byte| byte == b'\n').unwrap_or(answer.len());
        let head = Json::parse(&answer[..end])?;
        Ok(Reply {
            status: head.get("status").int().unwrap_or(0),
            headers: head.get("headers").clone(),
            body: answer.get(end + 1..).unwrap_or(&[]).to_vec(),
            error: head.get("error").get("code").text().unwrap_or("").into(),
        })
    }

    /// 2xx is well; no answer, 408, 425, 429 and 5xx may pass; at 400, 413 and 422 rows are at fault; else a setting is.
    pub fn judge(&self) -> Result<()> {
        let shown: String = self.body.iter().take(200).filter(|byte| byte.is_ascii()).map(|&byte| char::from(byte)).collect();
        let message = ["the endpoint answered ", &self.status.to_string(), ": ", &shown].concat();
        Err(match self.status {
            200..=299 => return Ok(()),
            0 => Error::passing("no-answer", ["no answer came: ", &self.error].concat(), None),
            408 | 425 | 429 | 500..=599 => {
                let seconds = self.headers.get("retry-after").text().and_then(|text| text.parse::<i64>().ok());
                Error::passing("not-now", message, seconds.map(|seconds| seconds.saturating_mul(1000)))
            }
            400 | 413 | 422 => Error::new("refused", message),
            _ => Error::setting("refused-by-endpoint", message),
        })
    }
}

/// A line of JSON for each row that was not rejected: `_rb_op`, `_rb_lsn`, `_rb_ordinal`, `_rb_before` where there is one,
/// then the columns; what did not change and is not in the row is left out. Text, date, time, uuid and what is not finite
/// are strings, binary in base64, decimals exact numbers.
pub fn json_lines(batch: &Batch) -> String {
    let own: Vec<Column> = ["_rb_lsn", "_rb_ordinal", "_rb_before"].iter().filter_map(|name| batch.input(name).ok()).collect();
    let mut out = String::new();
    for row in (0..batch.rows()).filter(|&row| !batch.is_dropped(row)) {
        out.push_str("{\"_rb_op\":\"");
        out.push(batch.op(row));
        out.push('"');
        let present = |column: &&Column| column.field().name != "_rb_before" || !column.is_null(row);
        let there = batch.inputs().filter(|column| !batch.is_unchanged(row, &column.field().name));
        for column in own.iter().filter(present).chain(there) {
            member(&column.field().name, true, &mut out);
            value(column, row, &mut out);
        }
        out.push_str("}\n");
    }
    out
}

fn member(name: &str, comma: bool, out: &mut String) {
    if comma {
        out.push(',');
    }
    quote(name, out);
    out.push(':');
}

fn value(column: &Column, row: usize, out: &mut String) {
    if column.is_null(row) {
        return out.push_str("null");
    }
    let int = || column.int(row).unwrap_or(0);
    let bytes = || column.bytes(row).unwrap_or(&[]);
    match &column.field().data_type {
        Type::Bool => out.push_str(if column.bool(row) == Some(true) { "true" } else { "false" }),
        Type::Int { signed: false, .. } => out.push_str(&(int() as u64).to_string()),
        Type::Int { .. } | Type::Duration { .. } => out.push_str(&int().to_string()),
        Type::Float { precision: 1 } => float(column.float(row).unwrap_or(0.0), true, out),
        Type::Float { precision: 2 } => float(column.float(row).unwrap_or(0.0), false, out),
        Type::Decimal { scale, .. } => decimal(bytes(), *scale, out),
        Type::Utf8 => quote(column.text(row).unwrap_or(""), out),
        Type::Date { unit: 0 } => quote(&infinite(int(), i32::MIN.into(), i32::MAX.into()).unwrap_or_else(|| date(int())), out),
        Type::Date { .. } => quote(&date(int().div_euclid(86_400_000)), out),
        Type::Time { unit, .. } => quote(&time(int(), *unit), out),
        Type::Timestamp { unit, zone } => quote(&instant(int(), *unit, !zone.is_empty()), out),
        Type::Interval { unit: 2 } => interval(bytes(), out),
        Type::FixedBinary { bytes: 16 } if column.field().meta("ARROW:extension:name") == Some("arrow.uuid") => uuid(bytes(), out),
        Type::List | Type::FixedList { .. } | Type::Map { .. } => {
            out.push('[');
            for (i, item) in column.items(row).into_iter().flatten().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                value(column.child(0), item, out);
            }
            out.push(']');
        }
        Type::Struct => {
            out.push('{');
            for (i, field) in column.field().children.iter().enumerate() {
                member(&field.name, i > 0, out);
                value(column.child(i), row, out);
            }
            out.push('}');
        }
        _ => base64(bytes(), out),
    }
}

fn decimal(bytes: &[u8], scale: i32, out: &mut String) {
    let minus = bytes.last().map_or(false, |&top| top > 127);
    let mut carry = minus;
    let mut magnitude: Vec<u8> = bytes.to_vec();
    for byte in magnitude.iter_mut().filter(|_| minus) {
        let (next, over) = (!*byte).overflowing_add(carry as u8);
        *byte = next;
        carry = over;
    }
    let mut digits = Vec::new();
    while digits.is_empty() || magnitude.iter().any(|&byte| byte != 0) {
        let rest = magnitude.iter_mut().rev().fold(0u32, |rest, byte| {
            let all = rest << 8 | u32::from(*byte);
            *byte = (all / 10) as u8;
            all % 10
        });
        digits.push((b'0' + rest as u8) as char);
    }
    let places = scale.max(0) as usize;
    while digits.len() <= places {
        digits.push('0');
    }
    if minus {
        out.push('-');
    }
    for (i, digit) in digits.iter().enumerate().rev() {
        out.push(*digit);
        if i == places && places > 0 {
            out.push('.');
        }
    }
    if digits != ['0'] {
        (scale..0).for_each(|_| out.push('0'));
    }
}

fn infinite(value: i64, least: i64, most: i64) -> Option<String> {
    match value {
        _ if value == least => Some("-infinity".into()),
        _ if value == most => Some("infinity".into()),
        _ => None,
    }
}

fn padded(value: i64, width: usize, out: &mut String) {
    let digits = value.to_string();
    (digits.len()..width).for_each(|_| out.push('0'));
    out.push_str(&digits);
}

/// Howard Hinnant's civil_from_days.
fn date(days: i64) -> String {
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let full = year + era * 400 + (month <= 2) as i64;
    let mut out = String::from(if full < 0 { "-" } else { "" });
    padded(full.abs(), 4, &mut out);
    out.push('-');
    padded(month, 2, &mut out);
    out.push('-');
    padded(day, 2, &mut out);
    out
}

fn per_second(unit: i32) -> i64 {
    1000i64.pow(unit.max(0) as u32)
}

fn time(of_day: i64, unit: i32) -> String {
    let (seconds, fraction) = (of_day / per_second(unit), of_day % per_second(unit));
    let mut out = String::new();
    padded(seconds / 3600, 2, &mut out);
    out.push(':');
    padded(seconds / 60 % 60, 2, &mut out);
    out.push(':');
    padded(seconds % 60, 2, &mut out);
    if fraction != 0 {
        out.push('.');
        padded(fraction, 3 * unit as usize, &mut out);
    }
    out
}

fn instant(value: i64, unit: i32, zoned: bool) -> String {
    infinite(value, i64::MIN, i64::MAX).unwrap_or_else(|| {
        let a_day = 86_400 * per_second(unit);
        [date(value.div_euclid(a_day)).as_str(), "T", &time(value.rem_euclid(a_day), unit), if zoned { "Z" } else { "" }].concat()
    })
}

fn interval(bytes: &[u8], out: &mut String) {
    let part = |from: usize, to: usize| {
        let value = bytes[from..to].iter().rev().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
        if to - from == 4 { i64::from(value as u32 as i32) } else { value as i64 }
    };
    for (i, (name, value)) in [("months", part(0, 4)), ("days", part(4, 8)), ("nanos", part(8, 16))].iter().enumerate() {
        out.push_str(if i == 0 { "{" } else { "," });
        member(name, false, out);
        out.push_str(&value.to_string());
    }
    out.push('}');
}

fn uuid(bytes: &[u8], out: &mut String) {
    out.push('"');
    for (i, &byte) in bytes.iter().enumerate() {
        if let 4 | 6 | 8 | 10 = i {
            out.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    out.push('"');
}

fn base64(bytes: &[u8], out: &mut String) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.push('"');
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0u32, |word, i| word << 8 | u32::from(*three.get(i).unwrap_or(&0)));
        for i in 0..4 {
            let digit = ALPHABET[(word >> (18 - 6 * i) & 63) as usize] as char;
            out.push(if i > three.len() { '=' } else { digit });
        }
    }
    out.push('"');
}

#[doc(hidden)]
pub mod exports {
    use super::*;
    use crate::abi::{answer, bytes};

    static mut MODULE: Option<Box<dyn Destination>> = None;

    fn with(at: *const u8, len: usize, act: impl FnOnce(&mut dyn Destination, &Json) -> Result<()>) -> i32 {
        let json = Json::parse(bytes(at, len));
        // One thread, and the host never calls into a call.
        let module = unsafe { (*core::ptr::addr_of_mut!(MODULE)).as_mut() };
        let open = module.ok_or_else(|| Error::setting("not-open", "the module is not open"));
        answer(open.and_then(|module| act(module.as_mut(), &json?)))
    }

    pub fn open<D: Destination + 'static>(at: *const u8, len: usize) -> i32 {
        std::panic::set_hook(Box::new(|info| host::log(crate::Level::Error, &info.to_string())));
        let opened = Json::parse(bytes(at, len)).and_then(|setup| D::open(setup.get("config")));
        answer(opened.map(|module| unsafe { MODULE = Some(Box::new(module)) }))
    }

    pub fn close() -> i32 {
        unsafe { MODULE = None };
        0
    }

    pub fn prepare(at: *const u8, len: usize) -> i32 {
        with(at, len, |module, json| module.prepare(json))
    }

    pub fn resume(at: *const u8, len: usize) -> i32 {
        with(at, len, |module, json| {
            if let Some(token) = module.resume(json)? {
                let mut out = String::from("{\"token\":");
                quote(&token, &mut out);
                out.push('}');
                host::emit(host::ANSWER, out.as_bytes(), "");
            }
            Ok(())
        })
    }

    pub fn begin(at: *const u8, len: usize) -> i32 {
        with(at, len, |module, json| module.begin(&Delivery::read(json)))
    }

    pub fn write(meta: *const u8, meta_len: usize, at: *const u8, len: usize) -> i32 {
        with(meta, meta_len, |module, meta| {
            let (fields, _, rest) = read(bytes(at, len))?;
            let output = Output { input: vec![], columns: vec![], splits: false, whole: vec![], some: vec![] };
            module.write(&mut Batch::read(&fields, rest, Rc::new(output), meta)?)
        })
    }

    pub fn commit(at: *const u8, len: usize) -> i32 {
        with(at, len, |module, json| module.commit(&Delivery::read(json)))
    }

    pub fn abort(at: *const u8, len: usize) -> i32 {
        with(at, len, |module, json| module.abort(&Delivery::read(json)))
    }
}
