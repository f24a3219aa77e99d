// Masks columns that hold e-mail addresses (ann@example.com: a***@example.com) and drops the rows of test accounts.
// config: columns, default ["email"]; test_domains, default ["test.example"].
package main

import (
	"strings"
	"unicode/utf8"

	rb "rapidbyte/sdk"
)

type maskEmail struct{ columns, testDomains []string }

func init() {
	rb.Open = func(config rb.JSON) (rb.Transform, error) {
		m := &maskEmail{columns: []string{"email"}, testDomains: []string{"test.example"}}
		if columns, ok := config.Get("columns").Texts(); ok {
			m.columns = columns
		}
		if domains, ok := config.Get("test_domains").Texts(); ok {
			m.testDomains = domains
		}
		return m, nil
	}
}

func main() {}

func (m *maskEmail) Schema(schema *rb.Schema) error {
	for _, name := range m.columns {
		if field := schema.Field(name); field == nil || field.Type.Kind != rb.Utf8 {
			return rb.Fail("no-such-column", "the stream has no text column: "+name)
		}
		if err := schema.Recompute(name); err != nil {
			return err
		}
		schema.Reads(name)
	}
	return nil
}

func (m *maskEmail) Batch(batch *rb.Batch) error {
	for _, name := range m.columns {
		emails, masked := batch.Input(name), batch.Output(name)
		for row := 0; row < batch.Rows; row++ {
			if emails.IsNull(row) {
				masked.PutNull()
				continue
			}
			email := emails.Text(row)
			masked.PutText(mask(email))
			if batch.Op(row) != 'd' && m.isTest(email) {
				batch.Drop(row)
			}
		}
	}
	return nil
}

func (m *maskEmail) isTest(email string) bool {
	at := strings.LastIndexByte(email, '@')
	for _, domain := range m.testDomains {
		if at >= 0 && strings.EqualFold(email[at+1:], domain) {
			return true
		}
	}
	return false
}

// The first character, ***, and what begins with the last @; *** alone where there is none or nothing before it.
func mask(email string) string {
	at := strings.LastIndexByte(email, '@')
	if at < 1 {
		return "***"
	}
	_, first := utf8.DecodeRuneInString(email[:at])
	return email[:first] + "***" + email[at:]
}
