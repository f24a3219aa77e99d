/** A pipeline in one worker process of its own, for the tests of the other packages. */
@org.jspecify.annotations.NullMarked
package io.rapidbyte.app.worker;
