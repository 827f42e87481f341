/** Sessions: their permits, memory and paths, and which path a request takes. */
@NullMarked
package io.rtrs.client.session;

import org.jspecify.annotations.NullMarked;
