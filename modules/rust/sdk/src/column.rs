//! Columns: read in place, copied by row, built anew.

use crate::field::Field;
use crate::flat::Vector;
use crate::Type;
use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

/// Values of one type. A row beyond the last, or a value as what it is not, is a panic.
#[derive(Clone)]
pub struct Column<'a>(Rc<Data<'a>>);

struct Data<'a> {
    field: Rc<Field>,
    len: usize,
    nulls: usize,
    /// None: no value is NULL, or all are.
    validity: Option<Cow<'a, [u8]>>,
    offsets: Cow<'a, [u8]>,
    values: Cow<'a, [u8]>,
    children: Vec<Column<'a>>,
}

const FREE_ROWS: u64 = 1 << 20;

/// A record batch's parts, each taken once.
pub(crate) struct Reader<'a> {
    pub nodes: Vector<'a>,
    pub buffers: Vector<'a>,
    pub body: &'a [u8],
    pub node: usize,
    pub buffer: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, least: u64) -> Option<&'a [u8]> {
        let (offset, len) = self.buffers.pair(self.buffer)?;
        self.buffer += 1;
        let end = usize::try_from(offset.checked_add(len)?).ok()?;
        let bytes = self.body.get(offset as usize..end)?;
        (bytes.len() as u64 >= least).then(|| bytes)
    }

    pub fn column(&mut self, field: &Rc<Field>) -> Option<Column<'a>> {
        let (len, nulls) = self.nodes.pair(self.node)?;
        self.node += 1;
        if len > FREE_ROWS.max(self.body.len() as u64 * 8) || nulls > len {
            return None;
        }
        let validity = self.take(if nulls == 0 || nulls == len { 0 } else { (len + 7) / 8 })?;
        let mut least = 0;
        let mut offsets: &[u8] = &[];
        if field.data_type.has_offsets() {
            offsets = self.take(if len == 0 { 0 } else { (len + 1) * 4 })?;
            least = rising(offsets, len as usize)?;
        }
        let mut values: &[u8] = &[];
        if field.data_type.is_varying() {
            values = self.take(least)?;
        } else if let Some(bits) = field.data_type.bits() {
            values = self.take((len * bits as u64 + 7) / 8)?;
        }
        match field.data_type {
            Type::Struct => least = len,
            Type::FixedList { items } => least = len * items as u64,
            _ => {}
        }
        let mut children = Vec::new();
        for child in &field.children {
            let column = self.column(child)?;
            (column.len() as u64 >= least).then(|| ())?;
            children.push(column);
        }
        let there = nulls > 0 && validity.len() as u64 >= (len + 7) / 8;
        Some(Column(Rc::new(Data {
            field: field.clone(),
            len: len as usize,
            nulls: nulls as usize,
            validity: there.then(|| Cow::Borrowed(validity)),
            offsets: Cow::Borrowed(offsets),
            values: Cow::Borrowed(values),
            children,
        })))
    }
}

fn offset(offsets: &[u8], i: usize) -> u32 {
    let word = &offsets[4 * i..4 * i + 4];
    u32::from_le_bytes([word[0], word[1], word[2], word[3]])
}

/// The last of len + 1 offsets, if they all rise: then none is above it. Every batch's every column comes by here.
fn rising(offsets: &[u8], len: usize) -> Option<u64> {
    if len == 0 {
        return Some(0);
    }
    let words = &offsets[..(len + 1) * 4];
    let mut rise = true;
    let mut last = 0;
    for i in 0..=len {
        // Safe: within words, whose length was judged above.
        let next = u32::from_le(unsafe { (words.as_ptr() as *const u32).add(i).read_unaligned() });
        rise &= next >= last;
        last = next;
    }
    (rise && last <= i32::MAX as u32).then(|| last.into())
}

fn bit(bits: &[u8], i: usize) -> bool {
    bits[i / 8] >> (i % 8) & 1 != 0
}

impl<'a> Column<'a> {
    pub fn field(&self) -> &Field {
        &self.0.field
    }

    pub fn len(&self) -> usize {
        self.0.len
    }

    pub fn is_empty(&self) -> bool {
        self.0.len == 0
    }

    pub fn is_null(&self, row: usize) -> bool {
        assert!(row < self.0.len, "there is no row {}", row);
        match &self.0.validity {
            Some(bits) => !bit(bits, row),
            None => self.0.nulls > 0,
        }
    }

    fn present<T>(&self, row: usize, value: impl FnOnce() -> T) -> Option<T> {
        if self.is_null(row) {
            None
        } else {
            Some(value())
        }
    }

    pub fn bool(&self, row: usize) -> Option<bool> {
        assert!(self.0.field.data_type == Type::Bool, "{} is no bool", self.0.field.name);
        self.present(row, || bit(&self.0.values, row))
    }

    /// Of int, date, time, timestamp and duration.
    pub fn int(&self, row: usize) -> Option<i64> {
        let signed = match self.0.field.data_type {
            Type::Int { signed, .. } => signed,
            Type::Date { .. } | Type::Time { .. } | Type::Timestamp { .. } | Type::Duration { .. } => true,
            _ => panic!("{} is no int", self.0.field.name),
        };
        let bytes = self.bytes(row)?;
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        let spare = 64 - 8 * bytes.len();
        let value = u64::from_le_bytes(word);
        Some(if signed { ((value << spare) as i64) >> spare } else { value as i64 })
    }

    /// Of single and double.
    pub fn float(&self, row: usize) -> Option<f64> {
        assert!(matches!(self.0.field.data_type, Type::Float { .. }), "{} is no float", self.0.field.name);
        let bytes = self.bytes(row)?;
        match (<[u8; 8]>::try_from(bytes), <[u8; 4]>::try_from(bytes)) {
            (Ok(double), _) => Some(f64::from_le_bytes(double)),
            (_, Ok(single)) => Some(f32::from_le_bytes(single).into()),
            _ => panic!("{} is half a float", self.0.field.name),
        }
    }

    /// Of text and binary; of any other with a fixed width its bytes.
    pub fn bytes(&self, row: usize) -> Option<&[u8]> {
        let data = &*self.0;
        if data.field.data_type == Type::Bool {
            return self.bool(row).map(|value| if value { &[1][..] } else { &[0][..] });
        }
        self.present(row, || match data.field.data_type.bits() {
            Some(bits) => &data.values[row * bits / 8..(row + 1) * bits / 8],
            None if data.field.data_type.is_varying() => &data.values[self.range(row)],
            None => panic!("{} has no bytes", data.field.name),
        })
    }

    pub fn text(&self, row: usize) -> Option<&str> {
        self.bytes(row).map(|bytes| match core::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => panic!("{} is no text in row {}", self.0.field.name, row),
        })
    }

    /// Every row's text.
    pub fn texts(&self) -> impl Iterator<Item = Option<&str>> + '_ {
        (0..self.len()).map(move |row| self.text(row))
    }

    /// Every row's int.
    pub fn ints(&self) -> impl Iterator<Item = Option<i64>> + '_ {
        (0..self.len()).map(move |row| self.int(row))
    }

    /// Of list, fixed list and map: the rows of child 0.
    pub fn items(&self, row: usize) -> Option<Range<usize>> {
        self.present(row, || self.range(row))
    }

    pub fn child(&self, index: usize) -> &Column<'a> {
        &self.0.children[index]
    }

    fn range(&self, row: usize) -> Range<usize> {
        if let Type::FixedList { items } = self.0.field.data_type {
            return row * items as usize..(row + 1) * items as usize;
        }
        offset(&self.0.offsets, row) as usize..offset(&self.0.offsets, row + 1) as usize
    }

    /// Some rows, copied by the layout, whatever the type means.
    pub(crate) fn take<'b>(&self, rows: &[u32]) -> Column<'b> {
        let data = &*self.0;
        let mut out = Builder::new(&data.field);
        let nested = matches!(data.field.data_type, Type::List | Type::Map { .. } | Type::FixedList { .. });
        let mut picks = Vec::new();
        for &row in rows {
            let row = row as usize;
            let present = !self.is_null(row);
            if nested {
                picks.extend(self.range(row).map(|item| item as u32));
            } else if data.field.data_type == Type::Bool {
                out.values_bit(bit(&data.values, row));
            } else if let Some(bits) = data.field.data_type.bits() {
                out.values.extend_from_slice(&data.values[row * bits / 8..(row + 1) * bits / 8]);
            } else if data.field.data_type.is_varying() {
                out.values.extend_from_slice(&data.values[self.range(row)]);
            }
            let end = if nested { picks.len() } else { out.values.len() };
            out.end_row(present, end);
        }
        let rows = if nested { &picks } else { rows };
        let children = data.children.iter().map(|child| child.take(rows)).collect();
        out.finish_with(children)
    }

    /// Calls for each field node, in order, and for each buffer.
    pub(crate) fn visit(&self, node: &mut impl FnMut(usize, usize), buffer: &mut impl FnMut(&[u8])) {
        let data = &*self.0;
        node(data.len, data.nulls);
        buffer(data.validity.as_ref().map_or(&[], |bits| &bits[..(data.len + 7) / 8]));
        let kind = &data.field.data_type;
        if kind.has_offsets() {
            buffer(if data.len == 0 { &[0; 4] } else { &data.offsets[..4 * (data.len + 1)] });
        }
        if let Some(bits) = kind.bits() {
            buffer(&data.values[..(data.len * bits + 7) / 8]);
        } else if kind.is_varying() {
            let end = if data.len == 0 { 0 } else { offset(&data.offsets, data.len) };
            buffer(&data.values[..end as usize]);
        }
        for child in &data.children {
            child.visit(node, buffer);
        }
    }
}

/// New values of a column, one row after another.
pub struct Builder {
    field: Rc<Field>,
    len: usize,
    nulls: usize,
    validity: Vec<u8>,
    offsets: Vec<u8>,
    values: Vec<u8>,
    children: Vec<Builder>,
}

fn push_bit(bits: &mut Vec<u8>, at: usize, value: bool) {
    if at % 8 == 0 {
        bits.push(0);
    }
    bits[at / 8] |= (value as u8) << (at % 8);
}

impl Builder {
    pub(crate) fn new(field: &Rc<Field>) -> Builder {
        Builder {
            field: field.clone(),
            len: 0,
            nulls: 0,
            validity: vec![],
            offsets: if field.data_type.has_offsets() { vec![0; 4] } else { vec![] },
            values: vec![],
            children: field.children.iter().map(Builder::new).collect(),
        }
    }

    pub fn field(&self) -> &Field {
        &self.field
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn child(&mut self, index: usize) -> &mut Builder {
        &mut self.children[index]
    }

    /// A number, a text, bytes, a bool, or an `Option` of one.
    pub fn put(&mut self, value: impl Value) {
        value.put_into(self);
    }

    pub fn put_null(&mut self) {
        match self.field.data_type {
            Type::Bool => self.values_bit(false),
            Type::Struct => self.children.iter_mut().for_each(Builder::put_null),
            Type::FixedList { items } => (0..items).for_each(|_| self.children[0].put_null()),
            _ => {
                let bytes = self.field.data_type.bits().map_or(0, |bits| bits / 8);
                self.values.resize(self.values.len() + bytes, 0);
            }
        }
        self.row(false);
    }

    fn put_bool(&mut self, value: bool) {
        assert!(self.field.data_type == Type::Bool, "{} is no bool", self.field.name);
        self.values_bit(value);
        self.row(true);
    }

    fn put_int(&mut self, value: i64) {
        let fits = matches!(
            self.field.data_type,
            Type::Int { .. } | Type::Date { .. } | Type::Time { .. } | Type::Timestamp { .. } | Type::Duration { .. }
        );
        assert!(fits, "{} is no int", self.field.name);
        let bytes = self.field.data_type.bits().map_or(0, |bits| bits / 8);
        self.put_bytes(&value.to_le_bytes()[..bytes]);
    }

    fn put_float(&mut self, value: f64) {
        match self.field.data_type {
            Type::Float { precision: 1 } => self.put_bytes(&(value as f32).to_le_bytes()),
            Type::Float { precision: 2 } => self.put_bytes(&value.to_le_bytes()),
            _ => panic!("{} is no float", self.field.name),
        }
    }

    fn put_bytes(&mut self, value: &[u8]) {
        let kind = &self.field.data_type;
        let fits = kind.is_varying() || (*kind != Type::Bool && kind.bits() == Some(8 * value.len()));
        assert!(fits, "{} takes no {} bytes", self.field.name, value.len());
        self.values.extend_from_slice(value);
        self.row(true);
    }

    /// Ends a list that has what was put into child 0 since the last; or a struct, after one value into each child.
    pub fn put_items(&mut self) {
        let each = match self.field.data_type {
            Type::Struct => 1,
            Type::FixedList { items } => items as usize,
            Type::List | Type::Map { .. } => 0,
            _ => panic!("{} has no items", self.field.name),
        };
        let due = (self.len + 1) * each;
        let whole = each == 0 || self.children.iter().all(|child| child.len == due);
        assert!(whole, "{} has not a value for each item", self.field.name);
        self.row(true);
    }

    fn values_bit(&mut self, value: bool) {
        push_bit(&mut self.values, self.len, value);
    }

    fn row(&mut self, present: bool) {
        let varying = self.field.data_type.is_varying();
        let end = if varying { self.values.len() } else { self.children.first().map_or(0, |child| child.len) };
        self.end_row(present, end);
    }

    fn end_row(&mut self, present: bool, end: usize) {
        if self.field.data_type.has_offsets() {
            self.offsets.extend_from_slice(&(end as u32).to_le_bytes());
        }
        if !present && self.nulls == 0 {
            for row in 0..self.len {
                push_bit(&mut self.validity, row, true);
            }
        }
        self.nulls += !present as usize;
        if self.nulls > 0 {
            push_bit(&mut self.validity, self.len, present);
        }
        self.len += 1;
    }

    pub(crate) fn finish<'a>(mut self) -> Column<'a> {
        let children = core::mem::take(&mut self.children).into_iter().map(Builder::finish).collect();
        self.finish_with(children)
    }

    fn finish_with<'a>(self, children: Vec<Column<'a>>) -> Column<'a> {
        Column(Rc::new(Data {
            field: self.field,
            len: self.len,
            nulls: self.nulls,
            validity: if self.nulls > 0 { Some(Cow::Owned(self.validity)) } else { None },
            offsets: Cow::Owned(self.offsets),
            values: Cow::Owned(self.values),
            children,
        }))
    }
}

/// What can be put into a column.
pub trait Value {
    fn put_into(self, column: &mut Builder);
}

macro_rules! values {
    ($($type:ty => |$value:ident, $column:ident| $put:expr;)*) => {
        $(impl Value for $type {
            fn put_into(self, $column: &mut Builder) {
                let $value = self;
                $put
            }
        })*
    };
}

values! {
    i64 => |value, column| column.put_int(value);
    f64 => |value, column| column.put_float(value);
    bool => |value, column| column.put_bool(value);
    &[u8] => |value, column| column.put_bytes(value);
    Vec<u8> => |value, column| column.put_bytes(&value);
    &str => |value, column| column.put_bytes(value.as_bytes());
    String => |value, column| column.put_bytes(value.as_bytes());
}

impl<V: Value> Value for Option<V> {
    fn put_into(self, column: &mut Builder) {
        match self {
            Some(value) => value.put_into(column),
            None => column.put_null(),
        }
    }
}
