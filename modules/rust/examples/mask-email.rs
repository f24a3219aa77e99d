//! Masks columns that hold e-mail addresses (ann@example.com: a***@example.com) and drops the rows of test accounts.
//! config: columns, default ["email"]; test_domains, default ["test.example"].

use rapidbyte::{Batch, Error, Json, Result, Schema, Transform, Type};

struct MaskEmail {
    columns: Vec<String>,
    test_domains: Vec<String>,
}

impl Transform for MaskEmail {
    fn open(config: &Json) -> Result<Self> {
        Ok(MaskEmail {
            columns: config.get("columns").texts().unwrap_or_else(|| vec!["email".into()]),
            test_domains: config.get("test_domains").texts().unwrap_or_else(|| vec!["test.example".into()]),
        })
    }

    fn schema(&mut self, schema: &mut Schema) -> Result<()> {
        for name in &self.columns {
            if schema.field(name).map(|field| &field.data_type) != Some(&Type::Utf8) {
                return Err(Error::new("no-such-column", format!("the stream has no text column: {}", name)));
            }
            schema.recompute(name)?;
            schema.reads(name);
        }
        Ok(())
    }

    fn batch(&mut self, batch: &mut Batch) -> Result<()> {
        for name in &self.columns {
            let emails = batch.input(name)?;
            let mut masked = batch.output(name)?;
            for (row, email) in emails.texts().enumerate() {
                masked.put(email.map(mask));
                if batch.op(row) != 'd' && email.map_or(false, |email| self.is_test(email)) {
                    batch.drop_row(row);
                }
            }
            batch.set(masked)?;
        }
        Ok(())
    }
}

impl MaskEmail {
    fn is_test(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain);
        self.test_domains.iter().any(|test| domain.map_or(false, |domain| domain.eq_ignore_ascii_case(test)))
    }
}

/// The first character, ***, and what begins with the last @; *** alone where there is none or nothing before it.
fn mask(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((name, domain)) if !name.is_empty() => {
            let first = name.chars().next().map_or(0, char::len_utf8);
            [&name[..first], "***@", domain].concat()
        }
        _ => "***".into(),
    }
}

rapidbyte::module!(MaskEmail);
