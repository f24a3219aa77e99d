/** A network that misbehaves on command, between a client and a server that are both real. */
@NullMarked
package io.rapidbyte.testkit.net;

import org.jspecify.annotations.NullMarked;
