package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.ErrorInfo;

/**
 * A row that a guest does not take.
 *
 * @param row its place in the batch that was given, from 0
 * @param error why, with record scope; its code begins with {@code guest/}
 */
public record Rejection(int row, ErrorInfo error) {}
