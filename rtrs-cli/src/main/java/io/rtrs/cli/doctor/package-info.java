/** What this machine offers and lacks, each finding with its remedy. */
@NullMarked
package io.rtrs.cli.doctor;

import org.jspecify.annotations.NullMarked;
