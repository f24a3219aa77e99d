/** A server to send to: what it was told, counted as an endpoint should count. */
@NullMarked
package io.rapidbyte.testkit.http;

import org.jspecify.annotations.NullMarked;
