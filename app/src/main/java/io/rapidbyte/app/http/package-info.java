/**
 * What a running pipeline serves on loopback: metrics, health, status, questions to a warehouse.
 *
 * <p>No views, no counting: it reads the board.
 */
@NullMarked
package io.rapidbyte.app.http;

import org.jspecify.annotations.NullMarked;
