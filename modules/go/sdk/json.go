package rapidbyte

import "unicode/utf8"

// JSON is a value's text, as the host writes it; empty where there is none.
type JSON string

// Get gives a key's value.
func (j JSON) Get(key string) JSON {
	parts := j.parts('{')
	for i := 0; i+1 < len(parts); i += 2 {
		if name, ok := parts[i].Text(); ok && name == key {
			return parts[i+1]
		}
	}
	return ""
}

// Items gives a list's values.
func (j JSON) Items() []JSON { return j.parts('[') }

// Texts gives a list of texts; false where there is no list.
func (j JSON) Texts() ([]string, bool) {
	if j == "" || j[0] != '[' {
		return nil, false
	}
	var texts []string
	for _, item := range j.Items() {
		text, _ := item.Text()
		texts = append(texts, text)
	}
	return texts, true
}

// Int gives a whole number.
func (j JSON) Int() (int64, bool) {
	digits, negative := j, len(j) > 0 && j[0] == '-'
	if negative {
		digits = j[1:]
	}
	value := int64(0)
	for i := 0; i < len(digits); i++ {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
		value = value*10 + int64(digits[i]-'0')
	}
	if negative {
		value = -value
	}
	return value, len(digits) > 0
}

// Text gives a string, decoded.
func (j JSON) Text() (string, bool) {
	if len(j) < 2 || j[0] != '"' {
		return "", false
	}
	var out []byte
	for i := 1; i < len(j)-1; i++ {
		c := j[i]
		if c != '\\' {
			out = append(out, c)
			continue
		}
		i++
		switch j[i] {
		case 'n':
			out = append(out, '\n')
		case 't':
			out = append(out, '\t')
		case 'r':
			out = append(out, '\r')
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'u':
			code := j.hex(i + 1)
			i += 4
			if code>>10 == 0x36 {
				code = 0x10000 + (code&0x3ff)<<10 + j.hex(i+3)&0x3ff
				i += 6
			}
			out = utf8.AppendRune(out, code)
		default:
			out = append(out, j[i])
		}
	}
	return string(out), true
}

func (j JSON) hex(from int) rune {
	value := rune(0)
	for i := from; i < from+4 && i < len(j); i++ {
		c := j[i] | 0x20
		if c >= 'a' {
			c -= 'a' - 10
		} else {
			c -= '0'
		}
		value = value<<4 | rune(c&15)
	}
	return value
}

// The values in a list or object, keys among them.
func (j JSON) parts(open byte) []JSON {
	if j == "" || j[0] != open {
		return nil
	}
	var parts []JSON
	for i := 1; i < len(j); {
		switch j[i] {
		case ' ', '\n', '\r', '\t', ',', ':':
			i++
		case ']', '}':
			return parts
		default:
			end := j.end(i)
			parts = append(parts, j[i:end])
			i = end
		}
	}
	return parts
}

// Behind the value that begins there.
func (j JSON) end(start int) int {
	depth := 0
	for i := start; i < len(j); i++ {
		switch j[i] {
		case '"':
			for i++; i < len(j) && j[i] != '"'; i++ {
				if j[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return min(i+1, len(j))
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ':', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return i
			}
		}
	}
	return len(j)
}

func quote(text string) []byte {
	out := []byte{'"'}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c < ' ' {
			out = append(out, '\\', 'u', '0', '0', '0'+c>>4, "0123456789abcdef"[c&15])
			continue
		}
		if c == '"' || c == '\\' {
			out = append(out, '\\')
		}
		out = append(out, c)
	}
	return append(out, '"')
}

func quoteAll(texts []string) string {
	out := []byte{'['}
	for i, text := range texts {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, quote(text)...)
	}
	return string(append(out, ']'))
}
