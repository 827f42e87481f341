/** The RTRS server. */
@NullMarked
package io.rtrs.server;

import org.jspecify.annotations.NullMarked;
