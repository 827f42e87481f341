/**
 * Work requests of providers in software: arrays of primitives behind DiSNI's stateful calls, and the two queues of a queue
 * pair that take them.
 */
@NullMarked
package io.rtrs.soft.work;

import org.jspecify.annotations.NullMarked;
