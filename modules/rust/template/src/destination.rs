//! Posts each delivery to config.url as lines of JSON, with a key by which the other side knows what it has already.

use rapidbyte::{json_lines, Batch, Delivery, Destination, Error, Json, Reply, Result};

struct Module {
    url: String,
    key: String,
}

impl Destination for Module {
    /// Once, with the pipeline's configuration.
    fn open(config: &Json) -> Result<Self> {
        let url = config.get("url").text().ok_or_else(|| Error::setting("no-url", "config.url is missing"))?;
        Ok(Module { url: url.into(), key: String::new() })
    }

    /// A delivery begins. Its key is the same whenever the same rows come again.
    fn begin(&mut self, delivery: &Delivery) -> Result<()> {
        self.key = delivery.key.clone();
        Ok(())
    }

    /// Rows; batch.reject leaves one out. What the answer means to the host, judge says: go on, again later, find the row, stop.
    fn write(&mut self, batch: &mut Batch) -> Result<()> {
        let headers = [("Idempotency-Key", self.key.as_str()), ("Content-Type", "application/x-ndjson")];
        Reply::to("POST", &self.url, &headers, json_lines(batch).as_bytes())?.judge()
    }
}

rapidbyte::destination!(Module);
