/**
 * A small shop's database and its busy day: the data of the demo and of whole-pipeline tests.
 *
 * <p>Everything follows from a seed, but for the interleaving of writers.
 */
@NullMarked
package io.rapidbyte.testkit.shop;

import org.jspecify.annotations.NullMarked;
