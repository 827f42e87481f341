/** Where the members of the C structures are. */
@NullMarked
package io.rtrs.verbs.ibverbs.layout;

import org.jspecify.annotations.NullMarked;
