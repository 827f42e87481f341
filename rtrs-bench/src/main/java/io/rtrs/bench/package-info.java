/** The programs of this module: a copy of a file through RTRS, and a load that is measured. */
@NullMarked
package io.rtrs.bench;

import org.jspecify.annotations.NullMarked;
