// Puts *** in place of every value of a text column. config: column.
package main

import rb "rapidbyte/sdk"

type module struct{ column string }

// Once, with the pipeline's configuration.
func init() {
	rb.Open = func(config rb.JSON) (rb.Transform, error) {
		column, ok := config.Get("column").Text()
		if !ok {
			return nil, rb.Fail("no-column", "config.column is missing: name a text column")
		}
		return &module{column}, nil
	}
}

func main() {}

// Once for each set of columns: what comes out begins as what comes in.
func (m *module) Schema(schema *rb.Schema) error {
	if field := schema.Field(m.column); field == nil || field.Type.Kind != rb.Utf8 {
		return rb.Fail("no-such-column", "the stream has no text column: "+m.column)
	}
	return schema.Recompute(m.column)
}

// For each batch: put the new values; Drop and Reject leave rows out.
func (m *module) Batch(batch *rb.Batch) error {
	values, masked := batch.Input(m.column), batch.Output(m.column)
	for row := 0; row < batch.Rows; row++ {
		if values.IsNull(row) {
			masked.PutNull()
		} else {
			masked.PutText("***")
		}
	}
	return nil
}
