/** The native libraries as Java methods: one class per C library, and the operation table. The only package that links. */
@NullMarked
package io.rtrs.verbs.ibverbs.ffm;

import org.jspecify.annotations.NullMarked;
