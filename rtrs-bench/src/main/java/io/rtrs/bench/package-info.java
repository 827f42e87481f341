/** The program of this module: a load that is measured. */
@NullMarked
package io.rtrs.bench;

import org.jspecify.annotations.NullMarked;
