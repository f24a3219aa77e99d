package io.rapidbyte.sink.bookkeeping;

/** Who writes a table. */
public record Owner(String pipeline, String destination, String stream) {}
