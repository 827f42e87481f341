/** Sizes, times, tables, JSON and progress as text; pure, but for the progress's clock. */
@NullMarked
package io.rtrs.cli.text;

import org.jspecify.annotations.NullMarked;
