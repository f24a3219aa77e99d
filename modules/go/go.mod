module rapidbyte

go 1.24
