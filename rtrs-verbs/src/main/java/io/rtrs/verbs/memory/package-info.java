/**
 * Access to native memory by its address, and to mapped files that may be truncated meanwhile. For providers of this project
 * alone.
 */
@NullMarked
package io.rtrs.verbs.memory;

import org.jspecify.annotations.NullMarked;
