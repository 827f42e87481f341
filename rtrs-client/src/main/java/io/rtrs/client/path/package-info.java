/** Paths: identity, and how one is established, as a machine without IO. */
@NullMarked
package io.rtrs.client.path;

import org.jspecify.annotations.NullMarked;
