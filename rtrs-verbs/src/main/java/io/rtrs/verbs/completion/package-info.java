/** Completion queues and their channels, of providers in software. */
@NullMarked
package io.rtrs.verbs.completion;

import org.jspecify.annotations.NullMarked;
