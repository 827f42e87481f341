/** What the parts of a provider count, put together for {@link io.rtrs.verbs.VerbsProvider#counters}. */
@NullMarked
package io.rtrs.soft.counting;

import org.jspecify.annotations.NullMarked;
