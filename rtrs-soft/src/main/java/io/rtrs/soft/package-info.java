/** What the providers in software share beside their queue pairs: the device, its verbs, the count of its objects. */
@NullMarked
package io.rtrs.soft;

import org.jspecify.annotations.NullMarked;
