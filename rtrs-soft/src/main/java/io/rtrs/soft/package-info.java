/**
 * What the providers in software share beside their queue pairs: the device, its verbs, the count of its objects, and where
 * time and chance come from.
 */
@NullMarked
package io.rtrs.soft;

import org.jspecify.annotations.NullMarked;
