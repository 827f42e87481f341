/** Load on a server's blocks: many requests in flight, counted, timed, and compared where that is asked for. */
@NullMarked
package io.rtrs.cli.load;

import org.jspecify.annotations.NullMarked;
