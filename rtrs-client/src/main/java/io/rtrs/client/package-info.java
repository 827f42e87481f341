/** The RTRS client. */
@NullMarked
package io.rtrs.client;

import org.jspecify.annotations.NullMarked;
