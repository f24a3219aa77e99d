//! Reads every value and writes it again, of whatever type: by this the SDKs are held to one another.
//! config: reject, a row; route, to where the even rows go as well, and then the others go out backwards;
//! reshape, to rename, remove and add columns instead, and to use state, log and metrics.

use rapidbyte::{log, metric, state, Batch, Builder, Column, Error, Json, Level, Result, Schema, Transform, Type};

struct Echo {
    reject: Option<i64>,
    route: Option<String>,
    reshape: bool,
}

impl Transform for Echo {
    fn open(config: &Json) -> Result<Self> {
        let route = config.get("route").text().map(String::from);
        let reshape = *config.get("reshape") == Json::Bool(true);
        Ok(Echo { reject: config.get("reject").int(), route, reshape })
    }

    fn schema(&mut self, schema: &mut Schema) -> Result<()> {
        if self.reshape {
            schema.splits();
            schema.rename("id", "number")?;
            schema.remove("amount")?;
            return schema.add("email changed", Type::Bool, &["email"]);
        }
        let names: Vec<String> = schema.fields().map(|field| field.name.clone()).collect();
        names.iter().try_for_each(|name| schema.recompute(name))
    }

    fn batch(&mut self, batch: &mut Batch) -> Result<()> {
        if self.reshape {
            return reshaped(batch);
        }
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

fn reshaped(batch: &mut Batch) -> Result<()> {
    let mut changed = batch.output("email changed")?;
    (0..batch.rows()).for_each(|row| changed.put(!batch.is_unchanged(row, "email")));
    batch.set(changed)?;
    remember(batch);
    Ok(())
}

/// Keeps 300 bytes more for each batch, three times.
fn remember(batch: &Batch) {
    let mut seen = state::get(b"seen").unwrap_or_default();
    metric::count("bytes", seen.len() as f64);
    metric::count("seconds", (batch.time_us() / 1_000_000) as f64);
    log(Level::Info, "reshaped");
    if seen.len() >= 600 {
        return state::delete(b"seen");
    }
    seen.extend_from_slice(&[b's'; 300]);
    state::put(b"seen", &seen, 0);
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
