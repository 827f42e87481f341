/** System properties that providers read, with errors that name property, value and remedy. */
@NullMarked
package io.rtrs.soft.property;

import org.jspecify.annotations.NullMarked;
