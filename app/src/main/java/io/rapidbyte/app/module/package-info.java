/** What a module's author uses before there is a pipeline: new, build, test, inspect, run. */
@NullMarked
package io.rapidbyte.app.module;

import org.jspecify.annotations.NullMarked;
