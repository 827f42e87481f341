/** A run's report as a page for a browser. */
@NullMarked
package io.rtrs.cli.report;

import org.jspecify.annotations.NullMarked;
