/** Sessions of two paths whose links and servers go and come back, under a load that checks every block. */
@NullMarked
package io.rtrs.interop.paths;

import org.jspecify.annotations.NullMarked;
