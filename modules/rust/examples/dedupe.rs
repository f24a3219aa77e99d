//! Lets a change pass unless one with the same values in the named columns has passed within the window.
//! config: columns, required; window_s, default 600. The manifest asks for state; a duplicate drops the change alone.

use rapidbyte::{metric, state, Batch, Column, Error, Json, Result, Schema, Transform};

struct Dedupe {
    columns: Vec<String>,
    window_ms: i64,
}

impl Transform for Dedupe {
    fn open(config: &Json) -> Result<Self> {
        let columns = config.get("columns").texts().unwrap_or_default();
        let window_ms = config.get("window_s").int().unwrap_or(600) * 1000;
        if columns.is_empty() {
            return Err(Error::new("no-columns", "config.columns is empty: name those by which duplicates are known"));
        }
        if window_ms <= 0 {
            return Err(Error::new("bad-window", "config.window_s is not above 0"));
        }
        Ok(Dedupe { columns, window_ms })
    }

    fn schema(&mut self, schema: &mut Schema) -> Result<()> {
        for name in &self.columns {
            if schema.field(name).map_or(true, |field| !field.children.is_empty()) {
                return Err(Error::new("no-such-column", format!("the stream has no simple column: {}", name)));
            }
            schema.reads(name);
        }
        Ok(())
    }

    fn batch(&mut self, batch: &mut Batch) -> Result<()> {
        let columns = self.columns.iter().map(|name| batch.input(name)).collect::<Result<Vec<Column>>>()?;
        let mut dropped = 0.0;
        for row in (0..batch.rows()).filter(|&row| batch.op(row) != 'd').collect::<Vec<_>>() {
            let key = key(&columns, row);
            if state::has(&key) {
                batch.drop_row(row);
                dropped += 1.0;
            } else {
                state::put(&key, b"1", self.window_ms);
            }
        }
        if dropped > 0.0 {
            metric::count("duplicates", dropped);
        }
        Ok(())
    }
}

/// Of each column 0 where it is NULL, else 1, the length in four bytes, the value: no two rows look alike that are not.
fn key(columns: &[Column], row: usize) -> Vec<u8> {
    let mut key = Vec::new();
    for column in columns {
        match column.bytes(row) {
            None => key.push(0),
            Some(value) => {
                key.push(1);
                key.extend_from_slice(&(value.len() as u32).to_le_bytes());
                key.extend_from_slice(value);
            }
        }
    }
    key
}

rapidbyte::module!(Dedupe);
