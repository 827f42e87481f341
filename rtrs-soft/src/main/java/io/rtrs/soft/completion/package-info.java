/** Completion queues and their channels, of providers in software. */
@NullMarked
package io.rtrs.soft.completion;

import org.jspecify.annotations.NullMarked;
