//! Puts *** in place of every value of a text column. config: column.

use rapidbyte::{Batch, Error, Json, Result, Schema, Transform, Type};

struct Module {
    column: String,
}

impl Transform for Module {
    /// Once, with the pipeline's configuration.
    fn open(config: &Json) -> Result<Self> {
        match config.get("column").text() {
            Some(column) => Ok(Module { column: column.into() }),
            None => Err(Error::new("no-column", "config.column is missing: name a text column")),
        }
    }

    /// Once for each set of columns: what comes out begins as what comes in.
    fn schema(&mut self, schema: &mut Schema) -> Result<()> {
        if schema.field(&self.column).map(|field| &field.data_type) != Some(&Type::Utf8) {
            return Err(Error::new("no-such-column", format!("the stream has no text column: {}", self.column)));
        }
        schema.recompute(&self.column)
    }

    /// For each batch: set the new values; batch.drop_row and batch.reject leave rows out.
    fn batch(&mut self, batch: &mut Batch) -> Result<()> {
        let values = batch.input(&self.column)?;
        let mut masked = batch.output(&self.column)?;
        for value in values.texts() {
            masked.put(value.map(|_| "***"));
        }
        batch.set(masked)
    }
}

rapidbyte::module!(Module);
