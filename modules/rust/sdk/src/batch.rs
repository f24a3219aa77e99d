//! A batch: read, changed, emitted.

use crate::column::{Builder, Column, Reader};
use crate::field::{same_all, Field, Type};
use crate::schema::{next_message, read, row_field, Output, END};
use crate::{host, Error, Json, Result, Transform};
use std::cell::Cell;
use std::rc::Rc;

/// Rows that came in, and what is to come out of them.
pub struct Batch<'a> {
    rows: usize,
    inputs: Vec<Column<'a>>,
    /// By the output's place; none where nothing was set.
    outputs: Vec<Option<Column<'a>>>,
    /// Which rows of the input these are; none for all, in their order.
    origins: Option<Vec<u32>>,
    /// By row; empty where none is dropped.
    dropped: Vec<bool>,
    ops: Option<Column<'a>>,
    unchanged: Option<Column<'a>>,
    time_us: i64,
    kind: String,
    schema: Rc<Output>,
    emitted: Rc<Cell<bool>>,
}

const RECORD_BATCH: u8 = 3;
const COMPRESSION: usize = 3;

pub(crate) fn run(transform: &mut dyn Transform, schema: Rc<Output>, meta: &Json, ipc: &[u8]) -> Result<()> {
    let (fields, _, rest) = read(ipc)?;
    if !same_all(&fields, &schema.input) {
        return Err(Error::new("other-schema", "the batch is not of the schema given last"));
    }
    let mut batch = Batch::read(&fields, rest, schema, meta)?;
    transform.batch(&mut batch)?;
    if batch.emitted.get() {
        Ok(())
    } else {
        batch.emit("")
    }
}

impl<'a> Batch<'a> {
    pub(crate) fn read(fields: &[Rc<Field>], ipc: &'a [u8], schema: Rc<Output>, meta: &Json) -> Result<Batch<'a>> {
        let undecodable = || Error::new("undecodable-batch", "the batch cannot be read: its columns");
        Batch::decode(fields, ipc, schema, meta).ok_or_else(undecodable)
    }

    fn decode(fields: &[Rc<Field>], ipc: &'a [u8], schema: Rc<Output>, meta: &Json) -> Option<Batch<'a>> {
        let (header, body_len, rest) = next_message(ipc, RECORD_BATCH)?;
        let rows = header.u64(0)?;
        let body = rest.get(..usize::try_from(body_len).ok()?)?;
        let (nodes, buffers) = (header.vector(1, 16)?, header.vector(2, 16)?);
        (!header.has(COMPRESSION)?).then(|| ())?;
        let mut reader = Reader { nodes, buffers, body, node: 0, buffer: 0 };
        let inputs: Vec<Column> = fields.iter().map(|field| reader.column(field)).collect::<Option<_>>()?;
        let whole = reader.node == nodes.len && reader.buffer == buffers.len;
        (whole && rows <= i32::MAX as u64 && inputs.iter().all(|column| column.len() as u64 == rows)).then(|| ())?;
        let rows = rows as usize;
        let mut batch = Batch {
            rows,
            inputs,
            outputs: schema.columns.iter().map(|_| None).collect(),
            origins: None,
            dropped: vec![],
            ops: None,
            unchanged: None,
            time_us: meta.get("time_us").int().unwrap_or(0),
            kind: meta.get("kind").text().unwrap_or("").into(),
            schema,
            emitted: Rc::new(Cell::new(false)),
        };
        batch.name_columns();
        Some(batch)
    }

    fn name_columns(&mut self) {
        let is_op = |column: &Column| matches!(column.field().data_type, Type::Int { .. });
        self.ops = self.input("_rb_op").ok().filter(is_op);
        self.unchanged = self.input("_rb_unchanged").ok();
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The commit's time, in µs since 1970.
    pub fn time_us(&self) -> i64 {
        self.time_us
    }

    /// `change`, `snapshot`; of a destination also `truncate` and `snapshot-end`, which have no rows.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `r` snapshot row, `c` insert, `u` update, `d` delete.
    pub fn op(&self, row: usize) -> char {
        self.ops.as_ref().and_then(|ops| ops.int(row)).map_or('c', |op| op as u8 as char)
    }

    /// Whether the column's value did not change and is not in the row.
    pub fn is_unchanged(&self, row: usize, name: &str) -> bool {
        let marks = match &self.unchanged {
            Some(marks) => marks,
            None => return false,
        };
        let mut numbers = marks.items(row).into_iter().flatten().filter_map(|item| marks.child(0).int(item));
        numbers.any(|number| self.inputs.get(number as usize).map_or(false, |column| column.field().name == name))
    }

    /// A column that came in.
    pub fn input(&self, name: &str) -> Result<Column<'a>> {
        let found = self.inputs.iter().find(|column| column.field().name == name);
        found.cloned().ok_or_else(|| Error::new("no-such-column", ["the batch has no column: ", name].concat()))
    }

    /// All data columns that came in.
    pub fn inputs(&self) -> impl Iterator<Item = &Column<'a>> {
        self.inputs.iter().filter(|column| !column.field().name.starts_with("_rb_"))
    }

    fn place(&self, name: &str) -> Result<usize> {
        let computed = |column: &crate::schema::OutputColumn| column.field.name == name && column.source.is_none();
        self.schema.columns.iter().position(computed).ok_or_else(|| {
            Error::new("not-an-output", ["the schema does not say that this column is computed: ", name].concat())
        })
    }

    /// For the new values of an output column, one for each row; give it back with [`Batch::set`].
    pub fn output(&self, name: &str) -> Result<Builder> {
        Ok(Builder::new(&self.schema.columns[self.place(name)?].field))
    }

    pub fn set(&mut self, values: Builder) -> Result<()> {
        let place = self.place(&values.field().name)?;
        self.outputs[place] = Some(values.finish());
        Ok(())
    }

    pub fn drop_row(&mut self, row: usize) {
        if self.dropped.is_empty() {
            self.dropped = vec![false; self.rows];
        }
        self.dropped[row] = true;
    }

    pub(crate) fn is_dropped(&self, row: usize) -> bool {
        self.dropped.get(row).map_or(false, |&dropped| dropped)
    }

    fn origin(&self, row: usize) -> u32 {
        self.origins.as_ref().map_or(row as u32, |origins| origins[row])
    }

    /// The row goes to the dead letters.
    pub fn reject(&mut self, row: usize, why: &Error) {
        self.drop_row(row);
        host::reject(self.origin(row), why);
    }

    /// Some rows, any number of times and in any order; to be changed and emitted.
    pub fn take(&self, rows: &[u32]) -> Batch<'a> {
        let mut taken = Batch {
            rows: rows.len(),
            inputs: self.inputs.iter().map(|column| column.take(rows)).collect(),
            outputs: self.outputs.iter().map(|column| Some(column.as_ref()?.take(rows))).collect(),
            origins: Some(rows.iter().map(|&row| self.origin(row as usize)).collect()),
            dropped: rows.iter().map(|&row| self.is_dropped(row as usize)).collect(),
            ops: None,
            unchanged: None,
            time_us: self.time_us,
            kind: self.kind.clone(),
            schema: self.schema.clone(),
            emitted: self.emitted.clone(),
        };
        taken.name_columns();
        taken
    }

    /// Sends the rows on, but for those dropped; an empty route is the stream's own. What is left to itself goes out there once.
    /// Columns that are copies stay at home, where the host has them, unless a row may stand twice.
    pub fn emit(&self, route: &str) -> Result<()> {
        self.emitted.set(true);
        let stay = if self.dropped.contains(&true) {
            Some((0..self.rows as u32).filter(|&row| !self.is_dropped(row as usize)).collect::<Vec<_>>())
        } else {
            None
        };
        let mut columns = Vec::new();
        for (output, set) in self.schema.columns.iter().zip(&self.outputs) {
            let column = match &output.source {
                Some(_) if !self.schema.splits => continue,
                Some(source) => Some(self.input(source)?),
                None => set.clone(),
            };
            let column = column.filter(|column| column.len() == self.rows).ok_or_else(|| {
                Error::new("missing-values", ["not every row was given a value of column: ", &output.field.name].concat())
            })?;
            columns.push(stay.as_ref().map_or_else(|| column.clone(), |stay| column.take(stay)));
        }
        let (mut rows, mut message) = (self.rows, &self.schema.whole);
        if self.origins.is_some() || stay.is_some() {
            let mut numbers = Builder::new(&Rc::new(row_field()));
            match &stay {
                Some(stay) => stay.iter().for_each(|&row| numbers.put(i64::from(self.origin(row as usize)))),
                None => (0..self.rows).for_each(|row| numbers.put(i64::from(self.origin(row)))),
            }
            let numbers = numbers.finish();
            rows = numbers.len();
            message = &self.schema.some;
            columns.push(numbers);
        }
        host::emit(host::BATCH, &write(message, rows, &columns)?, route);
        Ok(())
    }
}

/// The stream of a schema, a batch and the end. The batch's message is laid out by hand: each place is known.
fn write(schema: &[u8], rows: usize, columns: &[Column]) -> Result<Vec<u8>> {
    let (mut nodes, mut buffers, mut body) = (Vec::new(), Vec::new(), 0u64);
    for column in columns {
        column.visit(&mut |len, nulls| nodes.extend([len as u64, nulls as u64]), &mut |bytes| {
            buffers.extend([body, bytes.len() as u64]);
            body += (bytes.len() as u64 + 7) & !7;
        });
    }
    if body > 0x7000_0000 {
        return Err(Error::new("batch-too-large", "the batch has more than 1.75 GiB"));
    }
    let (node_bytes, buffer_bytes) = (8 * nodes.len(), 8 * buffers.len());
    let len = 80 + node_bytes + buffer_bytes;
    let mut out = Vec::with_capacity(schema.len() + len + body as usize + 16);
    out.extend_from_slice(schema);
    let words = |out: &mut Vec<u8>, words: &[u32]| words.iter().for_each(|word| out.extend(word.to_le_bytes()));
    let halves = |out: &mut Vec<u8>, halves: &[u16]| halves.iter().for_each(|half| out.extend(half.to_le_bytes()));
    words(&mut out, &[u32::MAX, len as u32, 16]);
    halves(&mut out, &[12, 20, 16, 18, 4, 8]); // at 4: the message's vtable
    words(&mut out, &[12, 28]); // at 16: the message; its header is at 20 + 28
    out.extend(body.to_le_bytes());
    halves(&mut out, &[4, RECORD_BATCH.into(), 10, 20, 8, 4, 16, 0]); // V5; at 36: the batch's vtable
    words(&mut out, &[12, 16]); // at 48: the batch; its nodes are at 52 + 16
    out.extend((rows as u64).to_le_bytes());
    words(&mut out, &[12 + node_bytes as u32, nodes.len() as u32 / 2]);
    nodes.iter().for_each(|word| out.extend(word.to_le_bytes()));
    words(&mut out, &[0, buffers.len() as u32 / 2]);
    buffers.iter().for_each(|word| out.extend(word.to_le_bytes()));
    for column in columns {
        column.visit(&mut |_, _| {}, &mut |bytes| {
            out.extend_from_slice(bytes);
            out.resize(out.len() + bytes.len().wrapping_neg() % 8, 0);
        });
    }
    out.extend_from_slice(&END);
    Ok(out)
}
