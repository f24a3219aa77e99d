//! Reads every value and writes it again, of whatever type: by this the SDKs are held to one another.
//! config: reject, a row; route, to where the even rows go as well, and then the others go out backwards.

use rapidbyte::{Batch, Builder, Column, Error, Json, Result, Schema, Transform, Type};

struct Echo {
    reject: Option<i64>,
    route: Option<String>,
}

impl Transform for Echo {
    fn open(config: &Json) -> Result<Self> {
        Ok(Echo { reject: config.get("reject").int(), route: config.get("route").text().map(String::from) })
    }

    fn schema(&mut self, schema: &mut Schema) -> Result<()> {
        let names: Vec<String> = schema.fields().map(|field| field.name.clone()).collect();
        names.iter().try_for_each(|name| schema.recompute(name))
    }

    fn batch(&mut self, batch: &mut Batch) -> Result<()> {
        for from in batch.inputs().cloned().collect::<Vec<_>>() {
            let mut to = batch.output(&from.field().name)?;
            (0..batch.rows()).for_each(|row| again(&from, row, &mut to));
            batch.set(to)?;
        }
        if let Some(row) = self.reject.filter(|&row| (row as usize) < batch.rows()) {
            batch.reject(row as usize, &Error::new("unwanted", "the configuration says so"));
        }
        if let Some(route) = &self.route {
            let rows = batch.rows() as u32;
            batch.take(&(0..rows).rev().collect::<Vec<_>>()).emit("")?;
            batch.take(&(0..rows).step_by(2).collect::<Vec<_>>()).emit(route)?;
        }
        Ok(())
    }
}

fn again(from: &Column, row: usize, to: &mut Builder) {
    if from.is_null(row) {
        return to.put_null();
    }
    match from.field().data_type {
        Type::Bool => to.put(from.bool(row)),
        Type::Int { .. } | Type::Date { .. } | Type::Time { .. } | Type::Timestamp { .. } | Type::Duration { .. } => {
            to.put(from.int(row))
        }
        Type::Float { .. } => to.put(from.float(row)),
        Type::List | Type::Map { .. } | Type::FixedList { .. } => {
            from.items(row).into_iter().flatten().for_each(|item| again(from.child(0), item, to.child(0)));
            to.put_items();
        }
        Type::Struct => {
            (0..from.field().children.len()).for_each(|i| again(from.child(i), row, to.child(i)));
            to.put_items();
        }
        _ => to.put(from.bytes(row)),
    }
}

rapidbyte::module!(Echo);
