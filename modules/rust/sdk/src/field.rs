//! Fields: read from a flatbuffer, written to one.

use crate::flat::{Table, Writer};
use std::rc::Rc;

/// An Arrow type. Units: 0 s, 1 ms, 2 µs, 3 ns.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    Int { bits: i32, signed: bool },
    /// 0 half, 1 single, 2 double.
    Float { precision: i32 },
    Binary,
    Utf8,
    Bool,
    Decimal { precision: i32, scale: i32, bits: i32 },
    /// 0 days, 1 milliseconds.
    Date { unit: i32 },
    Time { unit: i32, bits: i32 },
    /// An empty zone is none.
    Timestamp { unit: i32, zone: String },
    /// 0 year-month, 1 day-time, 2 month-day-nano.
    Interval { unit: i32 },
    List,
    Struct,
    FixedBinary { bytes: i32 },
    FixedList { items: i32 },
    Map { sorted: bool },
    Duration { unit: i32 },
}

#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub data_type: Type,
    pub nullable: bool,
    pub children: Vec<Rc<Field>>,
    pub metadata: Vec<(String, String)>,
}

const MAX_WIDTH: i32 = 1 << 16;
const MAX_DEPTH: u32 = 64;
pub(crate) const MAX_FIELDS: usize = 20_000;

impl Type {
    /// Bits of a value; `None` where values have no width of their own.
    pub(crate) fn bits(&self) -> Option<usize> {
        Some(match *self {
            Type::Int { bits, .. } | Type::Decimal { bits, .. } | Type::Time { bits, .. } => bits as usize,
            Type::Float { precision } => 16 << precision,
            Type::Bool => 1,
            Type::Date { unit } => 32 << unit.min(1),
            Type::Timestamp { .. } | Type::Duration { .. } => 64,
            Type::Interval { unit } => 32 << unit,
            Type::FixedBinary { bytes } => bytes as usize * 8,
            _ => return None,
        })
    }

    pub(crate) fn is_varying(&self) -> bool {
        matches!(self, Type::Utf8 | Type::Binary)
    }

    pub(crate) fn has_offsets(&self) -> bool {
        matches!(self, Type::Utf8 | Type::Binary | Type::List | Type::Map { .. })
    }

    fn read(id: u8, table: Table) -> Option<Type> {
        Some(match id {
            2 => Type::Int { bits: table.i32(0, 0)?, signed: table.u8(1, 0)? != 0 },
            3 => Type::Float { precision: table.i16(0, 0)? },
            4 => Type::Binary,
            5 => Type::Utf8,
            6 => Type::Bool,
            7 => Type::Decimal { precision: table.i32(0, 0)?, scale: table.i32(1, 0)?, bits: table.i32(2, 128)? },
            8 => Type::Date { unit: table.i16(0, 1)? },
            9 => Type::Time { unit: table.i16(0, 1)?, bits: table.i32(1, 32)? },
            10 => Type::Timestamp { unit: table.i16(0, 0)?, zone: table.text(1)? },
            11 => Type::Interval { unit: table.i16(0, 0)? },
            12 => Type::List,
            13 => Type::Struct,
            15 => Type::FixedBinary { bytes: table.i32(0, 0)? },
            16 => Type::FixedList { items: table.i32(0, 0)? },
            17 => Type::Map { sorted: table.u8(0, 0)? != 0 },
            18 => Type::Duration { unit: table.i16(0, 1)? },
            _ => return None,
        })
    }

    fn id(&self) -> u8 {
        match self {
            Type::Int { .. } => 2,
            Type::Float { .. } => 3,
            Type::Binary => 4,
            Type::Utf8 => 5,
            Type::Bool => 6,
            Type::Decimal { .. } => 7,
            Type::Date { .. } => 8,
            Type::Time { .. } => 9,
            Type::Timestamp { .. } => 10,
            Type::Interval { .. } => 11,
            Type::List => 12,
            Type::Struct => 13,
            Type::FixedBinary { .. } => 15,
            Type::FixedList { .. } => 16,
            Type::Map { .. } => 17,
            Type::Duration { .. } => 18,
        }
    }

    fn write(&self, out: &mut Writer, from: usize) {
        let mut numbers = |values: &[(usize, i32)]| {
            let sizes: Vec<usize> = values.iter().map(|value| value.0).collect();
            let table = out.table(from, &sizes);
            for (i, (size, value)) in values.iter().enumerate() {
                out.set(table.at(i), &value.to_le_bytes()[..*size]);
            }
        };
        match self {
            Type::Int { bits, signed } => numbers(&[(4, *bits), (1, *signed as i32)]),
            Type::Decimal { precision, scale, bits } => numbers(&[(4, *precision), (4, *scale), (4, *bits)]),
            Type::Float { precision: unit } | Type::Date { unit } | Type::Interval { unit } | Type::Duration { unit } => {
                numbers(&[(2, *unit)])
            }
            Type::Time { unit, bits } => numbers(&[(2, *unit), (4, *bits)]),
            Type::FixedBinary { bytes: n } | Type::FixedList { items: n } => numbers(&[(4, *n)]),
            Type::Map { sorted } => numbers(&[(1, *sorted as i32)]),
            Type::Timestamp { unit, zone } if zone.is_empty() => numbers(&[(2, *unit)]),
            Type::Timestamp { unit, zone } => {
                let table = out.table(from, &[2, 4]);
                out.set(table.at(0), &unit.to_le_bytes()[..2]);
                out.text(table.at(1), zone);
            }
            Type::Binary | Type::Utf8 | Type::Bool | Type::List | Type::Struct => numbers(&[]),
        }
    }
}

impl Field {
    pub fn meta(&self, key: &str) -> Option<&str> {
        self.metadata.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    pub(crate) fn read_all(table: Table, n: usize, depth: u32, budget: &mut usize) -> Option<Vec<Rc<Field>>> {
        let vector = table.vector(n, 4)?;
        *budget = budget.checked_sub(vector.len)?;
        if depth > MAX_DEPTH {
            return None;
        }
        (0..vector.len).map(|i| Field::read(vector.table(i)?, depth, budget).map(Rc::new)).collect()
    }

    fn read(table: Table, depth: u32, budget: &mut usize) -> Option<Field> {
        const DICTIONARY: usize = 4;
        let field = Field {
            name: table.text(0)?,
            nullable: table.u8(1, 0)? != 0,
            data_type: Type::read(table.u8(2, 0)?, table.table(3)?)?,
            children: Field::read_all(table, 5, depth + 1, budget)?,
            metadata: read_metadata(table, 6)?,
        };
        (!table.has(DICTIONARY)? && field.is_sound()).then(|| field)
    }

    fn is_sound(&self) -> bool {
        let one = self.children.len() == 1;
        match self.data_type {
            Type::Int { bits, .. } => matches!(bits, 8 | 16 | 32 | 64),
            Type::Float { precision: unit } | Type::Interval { unit } => (0..=2).contains(&unit),
            Type::Date { unit } => (0..=1).contains(&unit),
            Type::Decimal { bits, .. } => matches!(bits, 128 | 256),
            Type::Time { bits, .. } => matches!(bits, 32 | 64),
            Type::FixedBinary { bytes } => (0..=MAX_WIDTH).contains(&bytes),
            Type::FixedList { items } => one && (0..=MAX_WIDTH).contains(&items),
            Type::List => one,
            Type::Map { .. } => one && self.children[0].data_type == Type::Struct && self.children[0].children.len() == 2,
            _ => true,
        }
    }

    pub(crate) fn same(&self, other: &Field) -> bool {
        self.name == other.name && self.data_type == other.data_type && same_all(&self.children, &other.children)
    }
}

pub(crate) fn same_all(a: &[Rc<Field>], b: &[Rc<Field>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
}

pub(crate) fn read_metadata(table: Table, n: usize) -> Option<Vec<(String, String)>> {
    let vector = table.vector(n, 4)?;
    let pair = |i| vector.table(i).and_then(|pair| Some((pair.text(0)?, pair.text(1)?)));
    (0..vector.len).map(pair).collect()
}

pub(crate) fn write_metadata(out: &mut Writer, from: usize, metadata: &[(String, String)]) {
    let first = out.vector(from, metadata.len());
    for (i, (key, value)) in metadata.iter().enumerate() {
        let pair = out.table(first + 4 * i, &[4, 4]);
        out.text(pair.at(0), key);
        out.text(pair.at(1), value);
    }
}

pub(crate) fn write_all(out: &mut Writer, from: usize, fields: &[Rc<Field>]) {
    let first = out.vector(from, fields.len());
    for (i, field) in fields.iter().enumerate() {
        let sizes = [4, 1, 1, 4, 0, 4, if field.metadata.is_empty() { 0 } else { 4 }];
        let table = out.table(first + 4 * i, &sizes);
        out.set(table.at(1), &[field.nullable as u8]);
        out.set(table.at(2), &[field.data_type.id()]);
        out.text(table.at(0), &field.name);
        field.data_type.write(out, table.at(3));
        write_all(out, table.at(5), &field.children);
        if !field.metadata.is_empty() {
            write_metadata(out, table.at(6), &field.metadata);
        }
    }
}
