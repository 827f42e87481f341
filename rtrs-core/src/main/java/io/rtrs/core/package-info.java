/** The RTRS protocol. */
@NullMarked
package io.rtrs.core;

import org.jspecify.annotations.NullMarked;
