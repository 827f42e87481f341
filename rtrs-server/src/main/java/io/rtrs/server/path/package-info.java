/** A path at the server: its resources, its connections, its states and its closing (spec/rtrs.md 5, 6.2, 12, 13.2). */
@NullMarked
package io.rtrs.server.path;

import org.jspecify.annotations.NullMarked;
