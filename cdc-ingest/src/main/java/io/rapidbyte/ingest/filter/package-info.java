/**
 * A stream's {@code where}, evaluated on rows of the log where the publication cannot. Pure.
 *
 * <p>What Postgres would decide by session settings or a locale is refused, never guessed. Upper
 * and lower case of ILIKE outside of collation C go by Unicode's simple mappings.
 */
@NullMarked
package io.rapidbyte.ingest.filter;

import org.jspecify.annotations.NullMarked;
