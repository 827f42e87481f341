/** What the links of software RoCE carry between two processes, without queue pairs on top. */
@NullMarked
package io.rtrs.bench.link;

import org.jspecify.annotations.NullMarked;
