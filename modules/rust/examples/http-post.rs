//! Posts each delivery to an HTTP endpoint as lines of JSON, with a key by which the endpoint knows what it has already.
//! config: url, required; headers, an object. Truncates and snapshot ends come without a body, told by Rapidbyte-Kind.

use rapidbyte::{json_lines, Batch, Delivery, Destination, Error, Json, Reply, Result};

struct HttpPost {
    url: String,
    headers: Vec<(String, String)>,
    stream: String,
    key: String,
}

impl Destination for HttpPost {
    fn open(config: &Json) -> Result<Self> {
        let url = config.get("url").text().ok_or_else(|| Error::setting("no-url", "config.url is missing"))?;
        let header = |(name, value): &(String, Json)| match value.text() {
            Some(value) => Ok((name.clone(), value.into())),
            None => Err(Error::setting("bad-header", name)),
        };
        let headers = config.get("headers").entries().iter().map(header).collect::<Result<_>>()?;
        Ok(HttpPost { url: url.into(), headers, stream: String::new(), key: String::new() })
    }

    fn prepare(&mut self, stream: &Json) -> Result<()> {
        self.stream = stream.get("stream").text().unwrap_or("").into();
        Ok(())
    }

    fn begin(&mut self, delivery: &Delivery) -> Result<()> {
        self.key = delivery.key.clone();
        Ok(())
    }

    fn write(&mut self, batch: &mut Batch) -> Result<()> {
        let mut headers = vec![
            ("Idempotency-Key", self.key.as_str()),
            ("Content-Type", "application/x-ndjson"),
            ("Rapidbyte-Stream", &self.stream),
            ("Rapidbyte-Kind", batch.kind()),
        ];
        headers.extend(self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        Reply::to("POST", &self.url, &headers, json_lines(batch).as_bytes())?.judge()
    }
}

rapidbyte::destination!(HttpPost);
