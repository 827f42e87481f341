/** Sessions, which own their paths. */
@NullMarked
package io.rtrs.server.session;

import org.jspecify.annotations.NullMarked;
