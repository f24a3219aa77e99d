//! What comes out of a transform for what goes in.

use crate::field::{read_metadata, write_all, write_metadata, Field, Type, MAX_FIELDS};
use crate::flat::{u32_at, Table, Writer};
use crate::{host, json, Error, Result, Transform};
use std::rc::Rc;

/// The columns that come out, in their order. It begins as all that come in, each a copy of itself.
pub struct Schema {
    columns: Vec<OutputColumn>,
    reads: Vec<String>,
    splits: bool,
}

#[derive(Clone)]
pub(crate) struct OutputColumn {
    pub field: Rc<Field>,
    /// The input column that it copies; none where it is computed.
    pub source: Option<String>,
}

impl Schema {
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.columns.iter().map(|column| &*column.field)
    }

    /// A column that is there now.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields().find(|field| field.name == name)
    }

    fn column(&mut self, name: &str) -> Result<&mut OutputColumn> {
        self.columns.iter_mut().find(|column| column.field.name == name).ok_or_else(|| no_column(name))
    }

    /// The column's values will be computed from the column itself.
    pub fn recompute(&mut self, name: &str) -> Result<()> {
        let column = self.column(name)?;
        column.source = None;
        set_meta(column, "rb.from", json::quote_all(&[name.into()]));
        Ok(())
    }

    pub fn rename(&mut self, name: &str, to: &str) -> Result<()> {
        let column = self.column(name)?;
        set_meta(column, "rb.from", json::quote_all(&[name.into()]));
        if column.source.is_some() {
            set_meta(column, "rb.relation", "copy".into());
        }
        Rc::make_mut(&mut column.field).name = to.into();
        Ok(())
    }

    pub fn remove(&mut self, name: &str) -> Result<()> {
        self.column(name)?;
        self.columns.retain(|column| column.field.name != name);
        Ok(())
    }

    /// A new column, computed from these of the input.
    pub fn add(&mut self, name: &str, data_type: Type, from: &[&str]) -> Result<()> {
        if self.field(name).is_some() {
            return Err(Error::new("column-exists", ["the stream has already a column: ", name].concat()));
        }
        let from: Vec<String> = from.iter().map(|name| String::from(*name)).collect();
        let metadata = vec![("rb.from".into(), json::quote_all(&from))];
        let field = Field { name: name.into(), data_type, nullable: true, children: vec![], metadata };
        self.columns.push(OutputColumn { field: Rc::new(field), source: None });
        Ok(())
    }

    /// Rows are dropped, split or routed by this input column.
    pub fn reads(&mut self, name: &str) {
        self.reads.push(name.into());
    }

    /// A row may become several.
    pub fn splits(&mut self) {
        self.splits = true;
    }

    fn metadata(&self, mut metadata: Vec<(String, String)>) -> Vec<(String, String)> {
        if !self.reads.is_empty() {
            metadata.push(("rb.reads".into(), json::quote_all(&self.reads)));
        }
        if self.splits {
            metadata.push(("rb.splits".into(), "true".into()));
        }
        metadata
    }
}

fn no_column(name: &str) -> Error {
    Error::new("no-such-column", ["the stream has no column: ", name].concat())
}

fn set_meta(column: &mut OutputColumn, key: &str, value: String) {
    let metadata = &mut Rc::make_mut(&mut column.field).metadata;
    metadata.retain(|(name, _)| name != key);
    metadata.push((key.into(), value));
}

/// The answer to a schema, kept for the batches.
pub(crate) struct Output {
    pub input: Vec<Rc<Field>>,
    pub columns: Vec<OutputColumn>,
    pub splits: bool,
    /// The message of what is emitted where all rows are: the columns that are not copies, all where rows may stand twice.
    pub whole: Vec<u8>,
    /// The same with `_rb_row`.
    pub some: Vec<u8>,
}

const SCHEMA: u8 = 1;
const CONTINUATION: u32 = u32::MAX;
pub(crate) const END: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

impl Output {
    pub fn ask(transform: &mut dyn Transform, ipc: &[u8]) -> Result<Output> {
        let (input, metadata, _) = read(ipc)?;
        let of_input = |field: &Rc<Field>| OutputColumn { field: field.clone(), source: Some(field.name.clone()) };
        let data = input.iter().filter(|field| !field.name.starts_with("_rb_"));
        let mut schema = Schema { columns: data.map(of_input).collect(), reads: vec![], splits: false };
        transform.schema(&mut schema)?;
        let metadata = schema.metadata(metadata);
        let all: Vec<_> = schema.columns.iter().map(|column| column.field.clone()).collect();
        let shown = [&message(&all, &metadata)[..], &END].concat();
        host::emit(host::SCHEMA, &shown, "");
        let sent = schema.columns.iter().filter(|column| schema.splits || column.source.is_none());
        let mut fields: Vec<_> = sent.map(|column| column.field.clone()).collect();
        let whole = message(&fields, &metadata);
        fields.push(Rc::new(row_field()));
        Ok(Output { input, columns: schema.columns, splits: schema.splits, whole, some: message(&fields, &metadata) })
    }
}

pub(crate) fn row_field() -> Field {
    let data_type = Type::Int { bits: 32, signed: false };
    Field { name: "_rb_row".into(), data_type, nullable: false, children: vec![], metadata: vec![] }
}

fn message(fields: &[Rc<Field>], metadata: &[(String, String)]) -> Vec<u8> {
    const V5: u8 = 4;
    let mut out = Writer::new();
    let message = out.table(0, &[2, 1, 4]);
    out.set(message.at(0), &[V5, 0]);
    out.set(message.at(1), &[SCHEMA]);
    let schema = out.table(message.at(2), &[2, 4, if metadata.is_empty() { 0 } else { 4 }]);
    write_all(&mut out, schema.at(1), fields);
    if !metadata.is_empty() {
        write_metadata(&mut out, schema.at(2), metadata);
    }
    out.pad(8);
    [&CONTINUATION.to_le_bytes()[..], &(out.bytes.len() as u32).to_le_bytes(), &out.bytes].concat()
}

/// The header of the next message, of the kind wanted, its body's length, and what follows it.
pub(crate) fn next_message(ipc: &[u8], kind: u8) -> Option<(Table, u64, &[u8])> {
    let len = u32_at(ipc, 4)? as usize;
    if u32_at(ipc, 0)? != CONTINUATION || len > ipc.len() - 8 {
        return None;
    }
    let message = Table::root(&ipc[8..8 + len])?;
    (message.u8(1, 0)? == kind).then(|| ())?;
    Some((message.table(2)?, message.u64(3)?, &ipc[8 + len..]))
}

type Read<'a> = (Vec<Rc<Field>>, Vec<(String, String)>, &'a [u8]);

/// A stream's schema: fields, metadata, and what follows.
pub(crate) fn read(ipc: &[u8]) -> Result<Read> {
    let parse = || {
        let (table, body, rest) = next_message(ipc, SCHEMA)?;
        let fields = Field::read_all(table, 1, 0, &mut MAX_FIELDS.clone())?;
        let little_endian = table.i16(0, 0)? == 0;
        (little_endian && body == 0).then(|| ())?;
        Some((fields, read_metadata(table, 2)?, rest))
    };
    parse().ok_or_else(|| Error::new("undecodable-batch", "the batch cannot be read: its schema"))
}
