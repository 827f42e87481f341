/** Sessions, servers and providers as meters of Micrometer. */
@NullMarked
package io.rtrs.micrometer;

import org.jspecify.annotations.NullMarked;
