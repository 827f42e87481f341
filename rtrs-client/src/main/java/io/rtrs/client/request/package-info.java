/** Requests: permits, what is under way on a path, and what answers mean. */
@NullMarked
package io.rtrs.client.request;

import org.jspecify.annotations.NullMarked;
