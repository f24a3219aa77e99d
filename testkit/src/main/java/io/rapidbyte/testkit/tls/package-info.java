/** Certificates for tests of TLS: an authority of one's own, and what it signs. */
@NullMarked
package io.rapidbyte.testkit.tls;

import org.jspecify.annotations.NullMarked;
