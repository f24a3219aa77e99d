package io.rapidbyte.sink.destination;

import io.rapidbyte.schemas.error.ErrorInfo;

/**
 * A row that a destination does not take.
 *
 * @param row its number in the group, from 0, through all steps
 */
public record RefusedRow(int row, ErrorInfo error) {}
