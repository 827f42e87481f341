/** The control thread of a server: connection-manager events, deadlines, closing. The only package here that starts a thread. */
@NullMarked
package io.rtrs.server.driver;

import org.jspecify.annotations.NullMarked;
