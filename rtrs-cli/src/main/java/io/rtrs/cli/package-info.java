/** The program {@code rtrs}: its commands and what they have in common. */
@NullMarked
package io.rtrs.cli;

import org.jspecify.annotations.NullMarked;
