/**
 * Extensions of JUnit that the build switches on: which tests of a long run this machine has, and a
 * list of what came out. JUnit is there only where tests run.
 */
@NullMarked
package io.rapidbyte.testkit.run;

import org.jspecify.annotations.NullMarked;
