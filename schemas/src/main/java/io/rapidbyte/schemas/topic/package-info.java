/**
 * Names of topics, groups and transactional ids.
 *
 * <p>Injective: two streams never share a name.
 */
@NullMarked
package io.rapidbyte.schemas.topic;

import org.jspecify.annotations.NullMarked;
